using System.CommandLine;

return await new RootCommand("Starts an agent so that a person can stop it without its help.").Parse(args).InvokeAsync();
