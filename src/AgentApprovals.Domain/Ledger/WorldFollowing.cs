using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Ledger;

/// <summary>An entry that another node committed.</summary>
/// <param name="Row">The row that it made (its sequence is the entry's) or changed.</param>
public sealed record ForeignEntry(long Sequence, Moment At, string Kind, ActorStamp Actor, Subject Subject, (string Kind, long Sequence) Row, JsonElement Set);

public sealed partial class World
{
    /// <summary>
    /// Moves along with what another node committed after the head that this world stood at, so that it need not be read again: replaying
    /// entries makes the same rows. Only between batches, every entry of the way, in order.
    /// </summary>
    /// <returns>Actions that were changed and are not known here: their agents' desks no longer hold (<see cref="ForgetDesk"/>).</returns>
    public IReadOnlyList<long> Follow(IEnumerable<ForeignEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var unknown = new List<long>();
        foreach (var entry in entries)
        {
            var followed = entry.Row.Kind switch
            {
                "action" => Follow(Actions, entry, a => Agents.Knows(a.AgentSequence) && HasTextsOf(a)),
                "burst" => Follow(Bursts, entry, b => Agents.Knows(b.AgentSequence)),
                "session" => Follow(Sessions, entry, s => Agents.Knows(s.AgentSequence)),
                "agent" => Follow(Agents, entry, _ => false),
                "credential" => Follow(Credentials, entry, _ => false),
                "person" => Follow(People, entry, _ => true),
                "stop" => Follow(Stops, entry, _ => true),
                "webhook" => Follow(Webhooks, entry, _ => true),
                "console" => Follow(Consoles, entry, _ => true),
                _ => Follow(Documents, entry, _ => true),
            };
            // The body of a document is read with what every batch reads.
            if (entry.Row.Kind == "document")
                IsFilled = false;
            if (!followed && entry.Row.Kind == "action")
                unknown.Add(entry.Row.Sequence);
        }

        Desks.Settle();
        return unknown;
    }

    /// <summary>The desk is read again where it is needed.</summary>
    public void ForgetDesk(long agent) => Desks.Forget(agent);

    /// <summary>
    /// The batch was not committed, for another node has moved the head: what it wrote is undone, and what it read of desks may be newer than
    /// the head was, so it would be counted twice.
    /// </summary>
    public void Withdraw()
    {
        if (_drafts.Count > 0)
            Texts.ForgetFrom(_drafts[0].Sequence);
        ForgetDrafts();
        foreach (var table in _tables)
            table.Undo();
        Desks.ForgetUnsettled();
        Fleet.Settle();
    }

    /// <summary>False where the row was not known and is not wanted.</summary>
    private bool Follow<T>(Table<T> table, ForeignEntry entry, Func<T, bool> isWanted) where T : class, IRow
    {
        var isNew = entry.Row.Sequence == entry.Sequence;
        var before = table.Find(entry.Row.Sequence);
        if (!isNew && before is null)
            return false;
        var after = (T)RowKinds.Make(entry.Row.Kind, isNew ? null : before, entry.Set, entry.Row.Sequence);
        if (isNew && !isWanted(after))
            return false;
        // One that was read meanwhile may be newer than the entry that made it; those that changed it come after.
        if (!isNew || before is null)
            table.Follow(after);
        if (AgentOf(after) is { } agent && Desks.Knows(agent))
        {
            Desks.Note(entry.Kind, entry.Actor, entry.Subject, isNew ? null : before, after, entry.At);
            Desks.Get(agent).ForgetWritten();
        }

        return true;
    }

    private static long? AgentOf(IRow row) => row switch
    {
        ActionState action => action.AgentSequence,
        SessionState session => session.AgentSequence,
        BurstState burst => burst.AgentSequence,
        AgentState agent => agent.Sequence,
        _ => null,
    };

    /// <summary>Rules ask what the policy said that an action was submitted under.</summary>
    private bool HasTextsOf(ActionState action) => action.Verdict.PolicyVersion == 0
        || Documents.All.Any(d => d.Kind == DocumentKind.Policy && d.Version == action.Verdict.PolicyVersion && Texts.Knows(d.Sequence));
}
