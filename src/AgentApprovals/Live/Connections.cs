using System.Collections.Concurrent;
using System.Collections.Immutable;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;

namespace AgentApprovals.Live;

public enum ConnectionKind
{
    LongPoll,
    EventStream,

    /// <summary>A request that the gateway forwards, or sends.</summary>
    Gateway,
}

/// <summary>Why a connection was cut.</summary>
public enum CutBy
{
    Stop,

    /// <summary>This node has not reached the database for too long, and may not know of a stop.</summary>
    Outage,

    /// <summary>The session has ended, or its time is over.</summary>
    End,
}

/// <summary>
/// What agents hold open on this node. A stop cuts it from here, whether or not the agent wants it: the credential is
/// refused first, so whoever comes back stays outside.
/// </summary>
public sealed class Connections(Roster roster)
{
    private readonly ConcurrentDictionary<Connection, bool> _open = new();

    public int Count => _open.Count;

    /// <summary>How many there are, by kind.</summary>
    public ImmutableSortedDictionary<string, int> OpenByKind() => ByKind(_open.Keys);

    public static ImmutableSortedDictionary<string, int> ByKind(IEnumerable<Connection> connections) =>
        connections.GroupBy(c => c.Kind).ToImmutableSortedDictionary(g => g.Key.ToString(), g => g.Count(), StringComparer.Ordinal);

    /// <summary>Registers a connection; its <see cref="Connection.Cut"/> fires when a stop hits the session.</summary>
    public Connection Open(SessionState session, ConnectionKind kind)
    {
        ArgumentNullException.ThrowIfNull(session);
        var connection = new Connection(session, kind, c => _open.TryRemove(c, out _));
        _open[connection] = true;
        // A stop that came after the credential was looked at has cut what stood here by then, and may be long in reaching the ledger.
        if (roster.Now(session).Status == SessionStatus.Stopped)
            connection.CutNow(CutBy.Stop);
        return connection;
    }

    public int CountOf(SessionState session, ConnectionKind kind) => _open.Keys.Count(c => c.Kind == kind && c.Session.Sequence == session.Sequence);

    /// <summary>Cuts what the stop covers and answers with it. What others cut before is not among it.</summary>
    public IReadOnlyList<Connection> CutOff(StopState stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        return [.. _open.Keys.Where(c => stop.Covers(c.Session) && c.CutNow(CutBy.Stop))];
    }

    /// <summary>Cuts those of one kind whose session is over.</summary>
    public void CutOff(ConnectionKind kind, Func<SessionState, bool> isOver)
    {
        ArgumentNullException.ThrowIfNull(isOver);
        foreach (var connection in _open.Keys.Where(c => c.Kind == kind && isOver(c.Session)))
            connection.CutNow(CutBy.End);
    }

    /// <summary>Cuts everything: what the database is not there to judge is not served.</summary>
    public void CutOffAll()
    {
        foreach (var connection in _open.Keys)
            connection.CutNow(CutBy.Outage);
    }
}

/// <summary>One request that an agent holds open.</summary>
public sealed class Connection(SessionState session, ConnectionKind kind, Action<Connection> close) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _cutBy = -1;

    public SessionState Session { get; } = session;

    public ConnectionKind Kind { get; } = kind;

    public CancellationToken Cut => _cut.Token;

    /// <summary>Null while nobody has cut it.</summary>
    public CutBy? CutBy => Volatile.Read(ref _cutBy) is var by and >= 0 ? (CutBy)by : null;

    /// <summary>Completes when the request has let go.</summary>
    public Task Closed => _closed.Task;

    public void Dispose()
    {
        close(this);
        _cut.Dispose();
        _closed.TrySetResult();
    }

    /// <summary>False where it was cut already.</summary>
    internal bool CutNow(CutBy by)
    {
        if (Interlocked.CompareExchange(ref _cutBy, (int)by, -1) != -1)
            return false;
        try
        {
            // Off this thread: whoever waits for it goes on there.
            _ = _cut.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It closed by itself at this very moment, which is what was wanted.
        }

        return true;
    }
}
