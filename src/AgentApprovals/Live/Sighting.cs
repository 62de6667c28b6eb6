using System.Text.Json.Nodes;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Live;

/// <summary>
/// Who may be told of an entry: about an action, session, agent or stop A M R U, and O for their own; all other kinds A U. A
/// person's roles are those of the entry's own time, so a changed role holds from its entry on and hides nothing told before.
/// </summary>
public sealed class Sighting(Reader reader, Roster roster)
{
    private static readonly string[] OfStops = ["stop.", "everything."];

    public async Task<bool> MaySeeAsync(PersonState person, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(entry);
        var (action, session, agent) = (entry.Subject.Action, entry.Subject.Session, entry.Subject.Agent);
        if (action is null && session is null && agent is null && !OfStops.Any(k => entry.Kind.StartsWith(k, StringComparison.Ordinal)))
            return person.Has(Roles.Administrator | Roles.Auditor);
        if (person.Has(Caller.Seers))
            return true;
        if (action is { } a)
            return await reader.ActionAsync(a) is { } ofAction && person.MaySee(ofAction.Action, ofAction.Session, ofAction.Agent);
        if (session is { } s)
            return await reader.SessionAsync(s) is { } ofSession && person.MaySee(ofSession.Session, ofSession.Agent);
        return agent is { } g && await reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(x => x.Id == g)) is { } ofAgent && person.MaySee(ofAgent);
    }

    /// <summary>Whether the person is active, and the token they came with opens anything.</summary>
    public async Task<bool> IsStillInAsync(PersonActor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        return roster.Person(who.Person) is { Active: true } && (who.Token is not { } token || await roster.CredentialAsync(token) is not null);
    }

    /// <summary>The person with the roles and groups that they had right after a sequence; what they began with holds for all before it.</summary>
    public async Task<PersonState> AsOfAsync(PersonId id, long sequence)
    {
        var now = roster.Person(id) ?? throw new InvalidOperationException("Only people who are known follow.");
        var since = await reader.LookAsync(db => Changes(db).Where(e => e.Sequence > sequence).ToListAsync());
        if (since.All(e => Entry.Read(e).RowSequence != now.Sequence))
            return now;
        var until = Math.Max(sequence, now.Sequence);
        var then = await reader.LookAsync(db => Changes(db).Where(e => e.Sequence >= now.Sequence && e.Sequence <= until).OrderBy(e => e.Sequence).ToListAsync());
        return then.Select(Entry.Read).Aggregate(now, After);
    }

    /// <summary>The person after an entry, which may have changed them.</summary>
    public static PersonState After(PersonState person, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(entry);
        return IsOfPeople(entry.Kind) && entry.RowSequence == person.Sequence
            ? RowFacts.Merge(person, JsonObject.Create(entry.Data.GetProperty("set"))!, person.Sequence)
            : person;
    }

    private static bool IsOfPeople(string kind) => kind is Kinds.PersonCreated or Kinds.PersonChanged;

    private static IQueryable<Data.Storage.EntryRow> Changes(Data.Storage.LedgerContext db) =>
        db.Entries.Where(e => e.Kind == Kinds.PersonCreated || e.Kind == Kinds.PersonChanged);
}
