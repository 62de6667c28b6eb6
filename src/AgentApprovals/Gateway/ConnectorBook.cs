using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Gateway;

/// <summary>
/// Connectors by name, from this node's memory: moved by every commit of its own before the caller is answered, and read anew after a second,
/// for other nodes change them too. What becomes an action is held against the ledger's own row again.
/// </summary>
public sealed class ConnectorBook : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Reader _reader;
    private readonly Feed _feed;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (ConnectorState? Connector, long ReadAt)> _known = new(StringComparer.Ordinal);

    public ConnectorBook(Reader reader, Feed feed, TimeProvider time)
    {
        (_reader, _feed, _time) = (reader, feed, time);
        feed.Committed += Follow;
    }

    /// <summary>The active connector of that name.</summary>
    public async ValueTask<ConnectorState?> FindAsync(string name)
    {
        if (_known.TryGetValue(name, out var known) && _time.GetElapsedTime(known.ReadAt) < Fresh)
            return known.Connector;
        var (at, position) = (_time.GetTimestamp(), _feed.Position);
        var connector = await _reader.LookAsync(db => db.Connectors.SingleOrDefaultAsync(c => c.Name == name && c.Status == ConnectorStatus.Active));
        // What was read while something was committed may be old by now; names that nobody gave are not kept.
        if (connector is not null && _feed.Position == position)
            _known[name] = (connector, at);
        return connector;
    }

    /// <summary>The connector that an action was asked for through, as it is now, where it still leads to the same place.</summary>
    public async Task<ConnectorState?> FindAsync(GatewayCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return await _reader.LookAsync(db => db.Connectors.SingleOrDefaultAsync(c => c.Sequence == call.Connector)) is { Status: ConnectorStatus.Active } connector
            && connector.BaseAddress == call.BaseAddress ? connector : null;
    }

    /// <summary>The ledger said that something known here is not so any more.</summary>
    public void Forget() => _known.Clear();

    public void Dispose() => _feed.Committed -= Follow;

    private void Follow(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        if (rows.Any(r => r.Row is ConnectorState))
            Forget();
    }
}
