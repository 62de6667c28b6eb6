using System.Diagnostics;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Live;

namespace AgentApprovals.Stops;

/// <summary>
/// Orders a stop and measures it: the entry is what stops; connections of this node are cut before the answer; what was
/// measured is filed in the receipt. Used by the API, the stop page and nothing else.
/// </summary>
public sealed class StopOrders(Data.Ledger.Ledger ledger, Connections connections)
{
    public async Task<Result<StopState>> OrderAsync(OrderStop order)
    {
        var clock = Stopwatch.GetTimestamp();
        var ordered = await ledger.CommitAsync(order);
        if (ordered.Refusal is not null || ordered.Value!.Layers.All(l => l.State == LayerState.Confirmed))
            return ordered;
        var stop = ordered.Value;
        var afterMs = (long)Math.Ceiling(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        var cut = connections.CutBy.GetValueOrDefault(stop.Id);
        StopLayer[] measured =
        [
            new("console", LayerState.Confirmed, afterMs, "Token refused; nothing of it is accepted or released."),
            new("live", LayerState.Confirmed, afterMs, cut == 1 ? "1 connection closed." : $"{cut} connections closed."),
        ];
        return await ledger.CommitAsync(new ConfirmLayers(stop.Id, measured));
    }
}
