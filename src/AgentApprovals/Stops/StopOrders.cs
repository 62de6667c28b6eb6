using System.Diagnostics;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Stops;

/// <summary>
/// Orders a stop: authorise, act on this node (its memory and its connections), commit, answer with the receipt. Everything else
/// commits first and acts then; a stop that waited for a slow database would be none. Where the ledger does not answer, the stop is kept in
/// the spool instead, and holds here. Used by the API, the stop page and the host's own command.
/// </summary>
public sealed partial class StopOrders(Data.Ledger.Ledger ledger, Reader reader, Feed feed, Contact contact, Roster roster, StopReceipts receipts, StopSpool spool, ThisNode node, ILogger<StopOrders> log)
{
    /// <summary>How long the ledger, and the database before it, are waited for: whoever stops something has no time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.5);

    /// <exception cref="LedgerUnavailableException">It is neither on record nor kept: nothing is known of the target here, or it could not be kept.</exception>
    public async Task<Result<StopState>> OrderAsync(OrderStop order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var began = Stopwatch.GetTimestamp();
        return await AheadAsync(order) is { } ahead
            ? await OrderAsync(ahead, order with { Id = ahead.Id }, began)
            : contact.IsLost ? throw new LedgerUnavailableException("The database can't be reached, and nothing is known of this here; nothing was stopped.")
            : await Answered(await ledger.CommitAsync(order));
    }

    /// <summary>By whoever can use this process's own socket, which is as good as its user: <paramref name="agent"/> by name, or everything.</summary>
    public async Task<Result<StopState>> OrderAsync(string? agent, string? reason)
    {
        var began = Stopwatch.GetTimestamp();
        var known = agent is null ? null : roster.Agent(a => a.Name == agent);
        var ahead = Ahead(agent is null ? StopScope.Everything : StopScope.Agent, known?.Id.Value, agent is null ? 0 : known?.Sequence ?? -1, ActorStamp.System("operator"), reason) with { AgentName = agent };
        return await OrderAsync(ahead, new EnterSpooled(ahead), began);
    }

    private async Task<Result<StopState>> OrderAsync(SpooledStop ahead, Command<StopState> command, long began)
    {
        var hold = receipts.Act(ahead.Ahead, began);
        try
        {
            if (!contact.IsLost && ledger.IsReady)
            {
                var ordered = await ledger.CommitAsync(command).WaitAsync(Patience);
                receipts.Release(hold);
                return await Answered(ordered);
            }
        }
        catch (Exception e) when (e is LedgerUnavailableException or TimeoutException)
        {
            Log.NotRecorded(log, ahead.Id.Value, e);
        }

        // What was refused stays refused: the hold is released only when the ledger has entered what is kept now.
        try
        {
            spool.Keep(ahead);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(log, ahead.Id.Value, e);
            throw new LedgerUnavailableException("The database can't be reached, and the spool can't be written: the stop is in force here, until this process ends, and not on record. Order it again.", e);
        }

        return await receipts.OfAsync(ahead);
    }

    private async Task<Result<StopState>> Answered(Result<StopState> ordered) => ordered.Refusal is null ? await receipts.OfAsync(ordered.Value!) : ordered;

    /// <summary>
    /// The stop as the ledger will enter it, where the person may order it; null where nothing is to be done ahead of the ledger.
    /// It covers what was opened up to now, as the feed has told.
    /// </summary>
    private async Task<SpooledStop?> AheadAsync(OrderStop order)
    {
        if (order.Drill || order.Actor is not PersonActor who || roster.Person(who.Person) is not { Active: true } person
            || await TargetAsync(order, person) is not { } target)
        {
            return null;
        }

        return Ahead(order.Scope, order.Target, target, new("person", person.Id.ToString(), person.DisplayName), order.Reason);
    }

    private SpooledStop Ahead(StopScope scope, Guid? target, long sequence, ActorStamp by, string? reason) =>
        new(new(Guid.CreateVersion7(reader.Now.ToDateTimeOffset())), scope, target, null, by, reason, reader.Now, feed.Position, node.Name) { TargetSequence = sequence };

    /// <summary>Null where the person may not stop it, or nothing says that they may.</summary>
    private async Task<long?> TargetAsync(OrderStop order, PersonState person)
    {
        if (order.Scope == StopScope.Everything)
            return person.Has(Caller.Seers) ? 0 : null;
        if (Known(order, person) is { } known)
            return known;
        try
        {
            return contact.IsLost ? Unknown(person) : await ReadAsync(order, person).WaitAsync(Glance);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or LedgerUnavailableException or TimeoutException or InvalidOperationException)
        {
            return Unknown(person);
        }
    }

    private long? Known(OrderStop order, PersonState person)
    {
        if (order.Scope == StopScope.Session)
            return roster.Known(new(order.Target!.Value)) is { } session && roster.AgentOf(session) is { } its && person.MaySee(session, its) ? session.Sequence : null;
        return roster.Agent(a => a.Id.Value == order.Target) is { } agent && person.MaySee(agent) ? agent.Sequence : null;
    }

    private async Task<long?> ReadAsync(OrderStop order, PersonState person)
    {
        if (order.Scope == StopScope.Session)
            return await reader.SessionAsync(new(order.Target!.Value)) is { } view && person.MaySee(view.Session, view.Agent) ? view.Session.Sequence : null;
        var agent = await reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(order.Target!.Value)));
        return agent is not null && person.MaySee(agent) ? agent.Sequence : null;
    }

    /// <summary>Nothing of it was seen on this node, so nothing of it is let in here; whoever may stop anything may have it on record later.</summary>
    private static long? Unknown(PersonState person) => person.Has(Caller.Seers) ? -1 : null;

    private static partial class Log
    {
        [LoggerMessage(1325, LogLevel.Error, "Stop {Stop} is in force here and can't be recorded yet; it is kept in the spool")]
        public static partial void NotRecorded(ILogger logger, Guid stop, Exception exception);

        [LoggerMessage(1326, LogLevel.Critical, "Stop {Stop} is in force here, and can be neither recorded nor kept")]
        public static partial void NotKept(ILogger logger, Guid stop, Exception exception);
    }
}
