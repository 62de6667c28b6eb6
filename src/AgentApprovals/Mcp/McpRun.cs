using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Mcp;

/// <summary>
/// The run that an agent key opened for one MCP session. Its token is known to nobody: requests come with the key and the MCP
/// session's id, and what they may do is judged by the run.
/// </summary>
public sealed class McpRun(KeyActor key, SessionActor session, SecretHash token, Moment opened, Moment expires)
{
    private readonly Lock _lock = new();
    private Moment _renewed = opened;
    private Moment _expires = expires;

    public KeyActor Key { get; } = key;

    public SessionActor Session { get; } = session;

    /// <summary>The hash of a token that was never given out: how the roster finds the run.</summary>
    public SecretHash Token { get; } = token;

    /// <summary>Whether half of its time is over: it is renewed as it goes, for its client doesn't know how.</summary>
    public bool WantsRenewal(Moment now)
    {
        lock (_lock)
            return (_expires - now).TotalMilliseconds * 2 < (_expires - _renewed).TotalMilliseconds;
    }

    public void Renewed(Moment now, Moment until)
    {
        lock (_lock)
            (_renewed, _expires) = (now, until);
    }
}

/// <summary>The runs of this node's MCP sessions, by the MCP session's id.</summary>
public sealed class McpRuns(Data.Ledger.Ledger ledger)
{
    private readonly ConcurrentDictionary<string, McpRun> _runs = new(StringComparer.Ordinal);

    public void Add(string mcpSession, McpRun run) => _runs[mcpSession] = run;

    /// <summary>Only for the key that opened it; for every other it is not there.</summary>
    public McpRun? Find(string mcpSession, KeyActor key) => _runs.TryGetValue(mcpSession, out var run) && run.Key.Key == key.Key ? run : null;

    /// <summary>Ends a run with its MCP session.</summary>
    public async Task EndAsync(McpRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        foreach (var (id, _) in _runs.Where(r => r.Value == run))
            _runs.TryRemove(id, out _);
        try
        {
            await ledger.CommitAsync(new EndSession(run.Session));
        }
        catch (LedgerUnavailableException)
        {
            // Nobody can go on with it, and its own end comes by the clock.
        }
    }
}
