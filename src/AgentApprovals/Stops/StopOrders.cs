using System.Diagnostics;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Stops;

/// <summary>
/// Orders a stop: authorise, act on this node (its memory and its connections), commit, answer with the receipt. Everything else
/// commits first and acts then; a stop that waited for a slow database would be none. Used by the API and the stop page.
/// </summary>
public sealed class StopOrders(Data.Ledger.Ledger ledger, Reader reader, Feed feed, Roster roster, StopReceipts receipts)
{
    /// <exception cref="LedgerUnavailableException">It is in force on this node and not on record.</exception>
    public async Task<Result<StopState>> OrderAsync(OrderStop order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var began = Stopwatch.GetTimestamp();
        var hold = await ProvisionalAsync(order) is { } provisional ? receipts.Act(provisional, began) : null;
        // Where the ledger can't be reached, what was refused stays refused: the hold is released only by its answer.
        var ordered = await ledger.CommitAsync(order);
        if (hold is not null)
            receipts.Release(hold);
        return ordered.Refusal is null ? await receipts.OfAsync(ordered.Value!) : ordered;
    }

    /// <summary>
    /// The stop as the ledger will enter it, where the person may order it; null where nothing is to be done ahead of the ledger.
    /// It covers what was opened up to now, as the feed has told.
    /// </summary>
    private async Task<StopState?> ProvisionalAsync(OrderStop order)
    {
        if (order.Drill || order.Actor is not PersonActor who || roster.Person(who.Person) is not { Active: true } person)
            return null;
        long? target;
        try
        {
            target = await TargetAsync(order, person);
        }
        catch (System.Data.Common.DbException)
        {
            return null;
        }

        return target is not { } sequence ? null : new StopState
        {
            Sequence = feed.Position + 1,
            Id = new(Guid.CreateVersion7(reader.Now.ToDateTimeOffset())),
            Scope = order.Scope,
            TargetSequence = sequence,
            TargetId = order.Target,
            By = new("person", person.Id.ToString(), person.DisplayName),
            At = reader.Now,
            Layers = [],
        };
    }

    private async Task<long?> TargetAsync(OrderStop order, PersonState person)
    {
        switch (order.Scope)
        {
            case StopScope.Session:
                return await reader.SessionAsync(new(order.Target!.Value)) is { } view && person.MaySee(view.Session, view.Agent) ? view.Session.Sequence : null;
            case StopScope.Agent:
                var agent = await reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(order.Target!.Value)));
                return agent is not null && person.MaySee(agent) ? agent.Sequence : null;
            default:
                return person.Has(Caller.Seers) ? 0 : null;
        }
    }
}
