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
/// Starts the simulated agent, as a process of its own that knows the console's address and its key and nothing else; that of incident B under
/// a runner, where one is at hand. Whoever
/// is signed in to the demo may play; what that takes is done in the name of the demo's administrator. Each incident plays once at a time.
/// </summary>
public sealed partial class DemoPlayer(
    Incident incident, DemoRunner runner, DemoForum forum, Data.Ledger.Ledger ledger, Reader reader, Roster roster, IServer server, IHostEnvironment environment, ILogger<DemoPlayer> log) : IDisposable
{
    private const int MostSaid = 2000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<string> _said = [];
    private DemoProcess? _agent;
    private string? _key;

    /// <summary>The agent said something, began, or ended.</summary>
    public event Action? Changed;

    public bool IsPlaying { get; private set; }

    /// <summary>Whether a runner holds the agent of this play, so that a stop ends its process.</summary>
    public bool IsHeld { get; private set; }

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
            Dictionary<string, string> found = [];
            if (incident == Incident.A)
            {
                var opened = await forum.OpenAsync(by, new(Address));
                if (opened.Refusal is { } closed)
                    return closed;
                // As it lies about where Dana's helper runs.
                (found[LeftKey.ForumVariable], found[LeftKey.KeyVariable]) = (opened.Value!.Address, opened.Value.HelpersKey);
            }

            Start(key.Value!, incident == Incident.B ? await runner.ProgramAsync() : null, found);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
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

    private string Address => server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost", StringComparison.Ordinal);

    private void Start(string key, string? runner, Dictionary<string, string> found)
    {
        lock (_said)
            _said.Clear();
        _agent?.Dispose();
        (IsPlaying, IsHeld) = (true, runner is not null);
        try
        {
            _agent = DemoProcess.Start(incident, Address, key, runner, found, Hear, End);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            IsPlaying = false;
            throw;
        }

        Log.Started(log, incident.Letter, _agent.Id);
        Changed?.Invoke();
    }

    private void End()
    {
        IsPlaying = false;
        Changed?.Invoke();
    }

    private void Hear(string line)
    {
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
    public static IServiceCollection AddDemo(this IServiceCollection services) => services.AddSingleton<DemoSeed>().AddSingleton<DemoRunner>().AddSingleton<DemoForum>().AddSingleton<DemoPlayers>();
}
