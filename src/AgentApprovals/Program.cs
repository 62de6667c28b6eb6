using AgentApprovals.Demo;
using AgentApprovals.Hosting;
using AgentApprovals.Ledger;
using AgentApprovals.Stops;

// A pattern of the catalogue that takes a payload too long to match ends, and lets nothing pass.
AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromMilliseconds(250));
if (args is ["demo-agent", ..])
    return await DemoAgent.RunAsync(args[1..]);
if (args is ["verify", ..])
    return await VerifyVerb.RunAsync(args[1..], System.Console.Out, System.Console.Error);

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.WebHost.UseStaticWebAssets();
    if (args is ["stop", ..])
        return await StopVerb.RunAsync(args[1..], StopSettings.Of(builder.Configuration).SpoolPath, System.Console.Out, System.Console.Error);
    builder.AddAgentApprovals();

    var app = builder.Build();
    app.UseAgentApprovals();
    return args is ["migrate"] ? await app.MigrateAsync() : await app.ServeAsync();
}
catch (StartRefusedException e)
{
    await System.Console.Error.WriteLineAsync(e.Message);
    return 78;
}

/// <summary>Known to tests, which start the real app.</summary>
public partial class Program;
