using System.Collections.Concurrent;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;

namespace AgentApprovals.Live;

public enum ConnectionKind
{
    LongPoll,
}

/// <summary>
/// What agents hold open on this node. A stop cuts it from here, whether or not the agent wants it: the credential is
/// refused first (the stop is in the ledger by then), so whoever comes back stays outside.
/// </summary>
public sealed class Connections : IDisposable
{
    private readonly ConcurrentDictionary<Connection, SessionId> _open = new();
    private readonly ConcurrentDictionary<SessionId, (long Sequence, long Agent)> _sessions = new();
    private readonly Roster _roster;

    public Connections(Roster roster)
    {
        _roster = roster;
        roster.Stopped += CutOff;
    }

    public int Count => _open.Count;

    /// <summary>Registers a connection; its <see cref="Connection.Cut"/> fires when a stop hits the session.</summary>
    public Connection Open(SessionId session, ConnectionKind kind)
    {
        var connection = new Connection(kind, c => _open.TryRemove(c, out _));
        _open[connection] = session;
        if (_roster.Known(session) is { } known)
            _sessions[session] = (known.Sequence, known.AgentSequence);
        return connection;
    }

    public void Dispose() => _roster.Stopped -= CutOff;

    /// <summary>How many connections each stop cut on this node, for its receipt.</summary>
    public ConcurrentDictionary<StopId, int> CutBy { get; } = new();

    private void CutOff(StopState stop)
    {
        var cut = 0;
        foreach (var (connection, session) in _open)
        {
            if (!_sessions.TryGetValue(session, out var known) || !Covers(stop, known))
                continue;
            connection.CutNow();
            cut++;
        }

        CutBy[stop.Id] = cut;
    }

    private static bool Covers(StopState stop, (long Sequence, long Agent) session) => stop.Scope switch
    {
        StopScope.Session => stop.TargetSequence == session.Sequence,
        StopScope.Agent => stop.TargetSequence == session.Agent,
        _ => true,
    };
}

/// <summary>One request that an agent holds open.</summary>
public sealed class Connection(ConnectionKind kind, Action<Connection> close) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();

    public ConnectionKind Kind { get; } = kind;

    public CancellationToken Cut => _cut.Token;

    public void Dispose()
    {
        close(this);
        _cut.Dispose();
    }

    internal void CutNow()
    {
        try
        {
            _cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It closed by itself at this very moment, which is what was wanted.
        }
    }
}
