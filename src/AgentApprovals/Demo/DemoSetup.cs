using System.Diagnostics;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Demo;

/// <summary>Starts the simulated agents, each as a process of its own that only knows the console's address and its key.</summary>
public sealed class DemoPlayer(Data.Ledger.Ledger ledger, Data.Queries.Reader reader, IServer server, IHostEnvironment environment) : IDisposable
{
    private readonly List<Process> _started = [];

    /// <summary>Only in Development, and only where this console has the demo's agent.</summary>
    public async Task<AgentState?> AgentAsync() => environment.IsDevelopment()
        ? await reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Name == DemoSeed.InboxKeeperAgent))
        : null;

    /// <summary>Plays incident B: makes a key, and starts the agent with it.</summary>
    public async Task<Refusal?> PlayAsync(Actor by)
    {
        if (await AgentAsync() is not { } agent)
            return Refusals.NotFound;
        var key = Token.New(Token.AgentKey);
        var made = await ledger.CommitAsync(new MakeAgentKey(by, agent.Id, "Demo", SecretHash.Of(key)));
        if (made.Refusal is { } refusal)
            return refusal;
        if (agent.StoppedBy is not null && (await ledger.CommitAsync(new Domain.Stops.Resume(by, agent.Id, "The demo is played again"))).Refusal is { } refused)
            return refused;
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost", StringComparison.Ordinal);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        // dotnet AgentApprovals.dll, or the app's own executable.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(DemoPlayer).Assembly.Location);
        start.ArgumentList.Add("demo-agent");
        start.ArgumentList.Add(address);
        start.Environment["AGENT_KEY"] = key;
        if (Process.Start(start) is { } process)
            _started.Add(process);
        return null;
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }
}

internal static class DemoSetup
{
    public static IServiceCollection AddDemo(this IServiceCollection services) => services.AddSingleton<DemoSeed>().AddSingleton<DemoPlayer>();
}
