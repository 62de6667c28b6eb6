using System.Diagnostics;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Demo;

/// <summary>
/// Starts the simulated agent, as a process of its own that knows the console's address and its key and nothing else. Whoever
/// is signed in to the demo may play; what that takes is done in the name of the demo's administrator. Each incident plays once at a time.
/// </summary>
public sealed partial class DemoPlayer(
    Incident incident, Data.Ledger.Ledger ledger, Reader reader, Roster roster, IServer server, IHostEnvironment environment, ILogger<DemoPlayer> log) : IDisposable
{
    private const int MostSaid = 2000;
    // What a .NET program needs to start; the console's own settings are not the agent's business.
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "TEMP", "DOTNET_ROOT", "SystemRoot"];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<string> _said = [];
    private Process? _agent;
    private string? _key;

    /// <summary>The agent said something, began, or ended.</summary>
    public event Action? Changed;

    public bool IsPlaying { get; private set; }

    /// <summary>Whether what had been stopped was resumed for this play.</summary>
    public bool HadToResume { get; private set; }

    /// <summary>What the agent said in this play, the first first.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said)
                return [.. _said];
        }
    }

    /// <summary>The demo's agent: only in Development, and only where this console has it.</summary>
    public async Task<AgentState?> AgentAsync() => environment.IsDevelopment()
        && await reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Name == incident.Agent)) is { } agent && agent.Labels.Contains(DemoSeed.Label)
        ? agent : null;

    /// <summary>Plays the incident, and resumes first what was stopped. Nothing happens while it plays.</summary>
    public async Task<Refusal?> PlayAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (IsPlaying)
                return null;
            if (await AgentAsync() is not { } agent || roster.PersonByEmail(DemoSeed.Administrator) is not { Active: true } administrator)
                return Refusals.NotFound;
            var by = new PersonActor(administrator.Id);
            if (await ResumeAsync(by, agent) is { } refused)
                return refused;
            var key = await KeyAsync(by, agent);
            if (key.Refusal is { } refusal)
                return refusal;
            Start(key.Value!);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        if (_agent is { HasExited: false })
            _agent.Kill();
        _agent?.Dispose();
        _turn.Dispose();
    }

    private async Task<Refusal?> ResumeAsync(PersonActor by, AgentState agent)
    {
        const string reason = "The demo is played again";
        var isAll = await reader.LookAsync(async db => (await db.Consoles.SingleAsync()).StoppedBy is not null);
        HadToResume = isAll || agent.StoppedBy is not null;
        if (isAll && (await ledger.CommitAsync(new Resume(by, null, reason))).Refusal is { } refusal)
            return refusal;
        return agent.StoppedBy is null ? null : (await ledger.CommitAsync(new Resume(by, agent.Id, reason))).Refusal;
    }

    /// <summary>One key for as long as this process runs, unless somebody deleted it.</summary>
    private async Task<Result<string>> KeyAsync(PersonActor by, AgentState agent)
    {
        if (_key is { } kept && await roster.CredentialAsync(SecretHash.Of(kept)) is not null)
            return kept;
        _key = Token.New(Token.AgentKey);
        var made = await ledger.CommitAsync(new MakeAgentKey(by, agent.Id, "Demo", SecretHash.Of(_key)));
        return made.Refusal is { } refusal ? refusal : _key;
    }

    private void Start(string key)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost", StringComparison.Ordinal);
        var app = typeof(DemoPlayer).Assembly;
        // The app's own executable, or, under dotnet and in tests, the assembly by way of dotnet.
        var isOwn = Path.GetFileName(Environment.ProcessPath) is var name && (name == app.GetName().Name || name == $"{app.GetName().Name}.exe");
        var start = new ProcessStartInfo(isOwn ? Environment.ProcessPath! : "dotnet", isOwn ? [] : [app.Location]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add("demo-agent");
        start.ArgumentList.Add(address);
        start.ArgumentList.Add(incident.Agent);
        start.Environment.Clear();
        foreach (var needed in Inherited.Where(n => Environment.GetEnvironmentVariable(n) is not null))
            start.Environment[needed] = Environment.GetEnvironmentVariable(needed);
        start.Environment["AGENT_KEY"] = key;

        lock (_said)
            _said.Clear();
        _agent?.Dispose();
        var agent = new Process { StartInfo = start, EnableRaisingEvents = true };
        agent.OutputDataReceived += (_, line) => Hear(line.Data);
        agent.Exited += (_, _) =>
        {
            IsPlaying = false;
            Changed?.Invoke();
        };
        _agent = agent;
        IsPlaying = agent.Start();
        agent.BeginOutputReadLine();
        Log.Started(log, incident.Letter, agent.Id);
        Changed?.Invoke();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_said)
        {
            if (_said.Count < MostSaid)
                _said.Add(line);
        }

        Changed?.Invoke();
    }

    private static partial class Log
    {
        [LoggerMessage(1701, LogLevel.Information, "The demo's agent plays incident {Incident} as process {Process}")]
        public static partial void Started(ILogger logger, string incident, int process);
    }
}

/// <summary>One player for each incident.</summary>
public sealed class DemoPlayers(IServiceProvider services) : IDisposable
{
    public DemoPlayer A { get; } = ActivatorUtilities.CreateInstance<DemoPlayer>(services, Incident.A);

    public DemoPlayer B { get; } = ActivatorUtilities.CreateInstance<DemoPlayer>(services, Incident.B);

    public DemoPlayer Of(Incident incident) => incident == Incident.A ? A : B;

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}

internal static class DemoSetup
{
    public static IServiceCollection AddDemo(this IServiceCollection services) => services.AddSingleton<DemoSeed>().AddSingleton<DemoPlayers>();
}
