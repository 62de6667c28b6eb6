using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;

namespace AgentApprovals.Bursts;

/// <summary>
/// Denies bursts, however many members they have: a first batch together with the burst's own row, from which on like ones are denied
/// on arrival; then the others in batches that yield to commands. What a crash leaves over, the deadline sweep finishes.
/// </summary>
public sealed class BurstDenials(Reader reader, Data.Ledger.Ledger ledger)
{
    /// <summary>Written in some ten milliseconds, so that nobody behind it waits long, a stop least of all.</summary>
    private const int Batch = 200;

    /// <summary>
    /// The command that denies it in the name of <paramref name="person"/>, what may be executed soonest first; or why not. The command
    /// judges all of it again.
    /// </summary>
    public async Task<Result<DenyBurst>> OrderAsync(Actor actor, PersonState person, BurstId id, string comment)
    {
        ArgumentNullException.ThrowIfNull(person);
        if (await reader.BurstAsync(id) is not { } view)
            return Refusals.NotFound;
        var waiting = await reader.WaitingMembersAsync(view.Burst.Sequence);
        var theirs = waiting.Where(v => MayDeny(person, v)).Take(Batch).Select(v => v.Action.Sequence).ToList();
        // Nothing may wait, and a no to what arrives be asked for: one member shows what the person may do with all of it.
        if (theirs.Count == 0 && await FirstAsync(view, v => MayDeny(person, v)) is { } one)
            theirs.Add(one.Action.Sequence);
        if (theirs.Count > 0)
            return new DenyBurst(actor, id, comment, theirs);
        return await MaySeeAsync(view, person) ? DenyBurst.NoneToDeny : Refusals.NotFound;
    }

    /// <summary>Whether the person may know of any of its members.</summary>
    public async Task<bool> MaySeeAsync(BurstView view, PersonState person)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(person);
        return DenyBurst.MaySeeAll(person, view.Agent) || await FirstAsync(view, v => person.MaySee(v.Action, v.Session, v.Agent)) is not null;
    }

    /// <summary>Writes a burst's no down on all members that still wait and that whoever said it may deny.</summary>
    public async Task FinishAsync(BurstState burst)
    {
        ArgumentNullException.ThrowIfNull(burst);
        var waiting = await reader.WaitingMembersAsync(burst.Sequence);
        var batches = waiting.Select(v => v.Action.Sequence).Chunk(Batch).DefaultIfEmpty([]).ToList();
        for (var i = 0; i < batches.Count; i++)
            await ledger.CommitAsync(new DenyMembers(burst.Id, batches[i], IsLast: i == batches.Count - 1));
    }

    private async Task<ActionView?> FirstAsync(BurstView view, Func<ActionView, bool> wanted) =>
        (await reader.ActionsAsync(new ActionFilter(BurstSequence: view.Burst.Sequence, IsVisible: wanted), null, 1)).Items is [var first, ..] ? first : null;

    private static bool MayDeny(PersonState person, ActionView view) =>
        person.MaySee(view.Action, view.Session, view.Agent) && Deny.RoleRefusal(view.Action, view.Session, view.Agent, person) is null;
}
