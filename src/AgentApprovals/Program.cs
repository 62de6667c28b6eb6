using AgentApprovals.Demo;
using AgentApprovals.Hosting;
using Microsoft.Extensions.Options;

if (args is ["demo-agent", ..])
    return await InboxKeeper.RunAsync(args[1..]);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseStaticWebAssets();
builder.AddAgentApprovals();

var app = builder.Build();
app.UseAgentApprovals();
try
{
    return args is ["migrate"] ? await app.MigrateAsync() : await app.ServeAsync();
}
catch (Exception e) when (e is StartRefusedException or OptionsValidationException)
{
    await System.Console.Error.WriteLineAsync(e.Message);
    return 78;
}

/// <summary>Known to tests, which start the real app.</summary>
public partial class Program;
