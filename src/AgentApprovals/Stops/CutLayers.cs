using System.Collections.Immutable;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Live;

namespace AgentApprovals.Stops;

/// <summary>The layers of a stop that are connections which nodes cut, on this one and on the others, in words.</summary>
internal static class CutLayers
{
    private static readonly ImmutableSortedDictionary<string, int> Nothing = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>
    /// Confirmed once every node that was there has passed the stop and closed what it cut. One that is silent is named; it is waited for while
    /// it may still hold connections of what was stopped: until twice the lease has passed.
    /// </summary>
    /// <param name="afterMs">Since the order.</param>
    public static StopLayer Of(string layer, StopState stop, string name, IReadOnlyList<Connection> cut, IReadOnlyList<NodeRow> others, Moment now, TimeSpan lease, long afterMs)
    {
        var closed = Of(layer, Connections.ByKind(cut.Where(c => c.Closed.IsCompleted)));
        var left = Of(layer, Connections.ByKind(cut.Where(c => !c.Closed.IsCompleted))).Values.Sum();
        if (others.Count == 0)
            return left > 0 ? Waiting($"{left} of {left + closed.Values.Sum()} connections have not closed yet") : Confirmed(Closed(layer, closed));

        var parts = new List<(string Name, ImmutableSortedDictionary<string, int> Closed)> { (name, closed) };
        var awaited = left > 0 ? new List<string> { $"{Number(left, "connection")} on node {name} not closed yet" } : [];
        foreach (var other in others)
        {
            if (other.Position >= stop.Sequence)
            {
                var report = other.Reports.FirstOrDefault(r => r.Stop == stop.Sequence);
                parts.Add((other.Name, report is null ? Nothing : Of(layer, report.Closed)));
                if (report is not null && Of(layer, report.Left).Values.Sum() is > 0 and var open)
                    awaited.Add($"{Number(open, "connection")} on node {other.Name} not closed yet");
            }
            else if (IsAwaited(other, stop, now, lease))
            {
                awaited.Add($"node {other.Name} has not reported");
            }
        }

        var some = parts.Where(p => !p.Closed.IsEmpty).Select(p => $"{InWords(p.Closed)} on node {p.Name}").ToList();
        var said = some.Count > 0 ? $"{string.Join(", ", some)} {Done(layer)}" : $"{None(layer)} on {string.Join(", ", parts.Select(p => $"node {p.Name}"))}";
        return awaited.Count > 0 ? Waiting($"{said}; {string.Join("; ", awaited)}") : Confirmed(said);

        StopLayer Waiting(string detail) => new(layer, LayerState.Waiting, null, detail);
        StopLayer Confirmed(string detail) => new(layer, LayerState.Confirmed, afterMs, detail);
    }

    /// <summary>What is known while nobody else can be told.</summary>
    public static string Here(string layer, string name, IReadOnlyList<Connection> cut) =>
        $"{Closed(layer, Of(layer, Connections.ByKind(cut.Where(c => c.Closed.IsCompleted))))} on node {name}; other nodes not told";

    public static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    /// <summary>Silent, and with nothing open when it was last heard of, it holds nothing; else it may, until twice the lease has passed.</summary>
    private static bool IsAwaited(NodeRow other, StopState stop, Moment now, TimeSpan lease) =>
        now - other.SeenAt <= NodeBook.Silence || (other.Open.Values.Sum() > 0 && now - stop.At <= 2 * lease);

    /// <summary>Requests that the gateway has on their way are a layer of their own.</summary>
    private static ImmutableSortedDictionary<string, int> Of(string layer, ImmutableSortedDictionary<string, int> kinds) =>
        kinds.RemoveRange(kinds.Keys.Where(k => (k == nameof(ConnectionKind.Gateway)) != (layer == StopLayers.Gateway)));

    private static string Closed(string layer, ImmutableSortedDictionary<string, int> kinds) => kinds.IsEmpty ? None(layer) : $"{InWords(kinds)} {Done(layer)}";

    private static string None(string layer) => layer == StopLayers.Gateway ? "nothing was on its way" : "nothing was open";

    private static string Done(string layer) => layer == StopLayers.Gateway ? "aborted" : "closed";

    private static string InWords(ImmutableSortedDictionary<string, int> kinds) =>
        string.Join(", ", kinds.Select(k => (Kind: Enum.Parse<ConnectionKind>(k.Key), Count: k.Value)).OrderBy(k => k.Kind).Select(k => Number(k.Count, k.Kind switch
        {
            ConnectionKind.EventStream => "event stream",
            ConnectionKind.Gateway => "request",
            _ => "long-poll",
        })));
}
