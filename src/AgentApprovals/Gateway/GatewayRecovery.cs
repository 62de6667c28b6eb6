using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Gateway;

/// <summary>
/// What an earlier process had begun to send when it ended: nobody knows whether it arrived, and it is not sent again. Where a database is
/// one process's own, that is known at the start; where others share it, when the time to execute is over.
/// </summary>
internal sealed class GatewayRecovery(Data.Ledger.Ledger ledger, Reader reader, GatewayCalls calls, DatabasePlace place) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (place.Engine != DatabaseEngine.Sqlite)
            return;
        var left = await reader.LookAsync(db => db.Actions.Where(a => a.Status == ActionStatus.Executing && a.Call != null).ToListAsync(cancellationToken));
        foreach (var action in left.Where(a => a.Call!.Node is { } by && by != calls.Node))
            await ledger.CommitAsync(new AbandonCall(action.Id, action.Call!.Node!));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
