using System.Text.Json;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Text;
using AgentApprovals.Hosting;
using AgentApprovals.Ledger;
using AgentApprovals.Policies;
using AgentApprovals.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Incidents;

/// <summary>An incident as people read it: the document, and the entries of its timeline.</summary>
public sealed record Incident(StopState Stop, IncidentDocument Document, IReadOnlyList<Entry> Entries);

/// <summary>Gathers what a stop cut off: what was asked, what was released, what may have happened, and everything in the order of the ledger.</summary>
public sealed class IncidentReader(Reader reader, StopReader stops, PolicyReader policies, CheckpointKey key)
{
    private const int MostSessions = 200;
    private const int MostActions = 2000;
    private const int MostEntries = 5000;
    private const int MostBypasses = 500;

    /// <summary>Null where there is no such stop, or the person may not know of it. Of its sessions they get what they may see.</summary>
    public async Task<Incident?> SeenAsync(PersonState person, StopId id)
    {
        if (await stops.SeenAsync(person, id) is not { } stop)
            return null;
        var catalogue = await policies.CatalogueAsync();
        return await reader.LookAsync(db => ReadAsync(db, person, stop, catalogue));
    }

    /// <summary>The file that leaves the console, and what the key of the checkpoints signs of it: what reads like a secret is masked first.</summary>
    public SignedIncident Sign(IncidentDocument incident)
    {
        incident = Masked(incident);
        var statement = CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes(incident, Api.Json));
        return new(incident, new("ES256", key.Public.Kid, key.Sign(statement)));
    }

    private static IncidentDocument Masked(IncidentDocument incident) => incident with
    {
        Stop = incident.Stop with { Reason = incident.Stop.Reason is { } reason ? Secrets.Mask(reason) : null },
        Actions = [.. incident.Actions.Select(a => a with { Type = Secrets.Mask(a.Type), Title = Secrets.Mask(a.Title), Resource = Secrets.Mask(a.Resource) })],
        Bypasses = [.. incident.Bypasses.Select(b => b with { Type = Secrets.Mask(b.Type), Title = Secrets.Mask(b.Title), Resource = Secrets.Mask(b.Resource), ExternalId = Secrets.Mask(b.ExternalId) })],
    };

    private async Task<Incident> ReadAsync(LedgerContext db, PersonState person, StopState stop, Catalogue catalogue)
    {
        var hit = await StopReach.SessionsAsync(db, stop, long.MaxValue, MostSessions + 1);
        var sessions = hit.Take(MostSessions).Where(v => person.MaySee(v.Session, v.Agent)).OrderBy(v => v.Session.Sequence).ToList();
        var keys = sessions.ConvertAll(v => v.Session.Sequence);
        var rows = await db.Actions.Where(a => keys.Contains(a.SessionSequence)).OrderByDescending(a => a.Sequence).Take(MostActions + 1).ToListAsync();
        var actions = (await Reader.ViewAsync(db, [.. rows.Take(MostActions)], reader.Now)).OrderBy(v => v.Action.Sequence)
            .Select(v => Shown(v, stop, catalogue)).ToList();
        var seen = await BypassesAsync(db, stop, sessions);
        var told = seen.ConvertAll(o => o.Sequence);
        told.Add(stop.Sequence);
        var entries = await db.Entries.Where(e => (e.SessionSequence != null && keys.Contains(e.SessionSequence.Value)) || told.Contains(e.Sequence))
            .OrderByDescending(e => e.Sequence).Take(MostEntries + 1).ToListAsync();
        var timeline = entries.Take(MostEntries).Reverse().Select(Entry.Read).ToList();
        var first = keys.Count == 0 ? null : await db.Actions.Where(a => keys.Contains(a.SessionSequence)).OrderBy(a => a.Sequence).Select(a => (Moment?)a.SubmittedAt).FirstOrDefaultAsync();
        var contained = ContainedAt(stop);
        return new(stop, new(
            StopDocument.Of(stop), first, contained, contained is { } at && first is { } began ? (long)(at - began).TotalSeconds : null,
            actions.GroupBy(a => a.Fate).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Count()),
            sessions.ConvertAll(v => new IncidentSession(v.Session.Id, AgentRef.Of(v.Agent), v.Session.OnBehalfOf, v.Session.StartedAt, v.Session.EndedAt)),
            actions, [.. seen.Select(o => Shown(o, sessions, timeline, catalogue))],
            timeline.ConvertAll(e => new IncidentEntry(e.Sequence, e.At, e.Kind, e.Actor.Name, e.Subject.Action, e.Subject.Session, Convert.ToHexStringLower(e.Hash))),
            hit.Count > MostSessions || rows.Count > MostActions || entries.Count > MostEntries || seen.Count == MostBypasses), timeline);
    }

    /// <summary>What no permit covers, the first first. What was done before the stop may be told of a little after it.</summary>
    private static async Task<List<ObservationState>> BypassesAsync(LedgerContext db, StopState stop, List<SessionView> sessions)
    {
        if (sessions.Count == 0)
            return [];
        var (agents, since, until) = (sessions.Select(v => v.Agent.Sequence).Distinct().ToList(), sessions[0].Session.Sequence, stop.At.PlusSeconds(RecordObservation.GraceSeconds));
        return await db.Observations.Where(o => agents.Contains(o.AgentSequence) && o.ActionSequence == null && o.Sequence > since && o.ReceivedAt < until)
            .OrderBy(o => o.Sequence).Take(MostBypasses).ToListAsync();
    }

    private static IncidentBypass Shown(ObservationState seen, List<SessionView> sessions, List<Entry> timeline, Catalogue catalogue)
    {
        var type = catalogue.Find(seen.Type);
        return new(seen.Id, AgentRef.Of(sessions.First(v => v.Agent.Sequence == seen.AgentSequence).Agent), seen.Type, type?.Title ?? seen.Type, seen.Resource, seen.ExternalId,
            seen.ObservedAt, seen.ReceivedAt, timeline.Find(e => e.Sequence == seen.Sequence)?.Actor.Name ?? "", type?.Compensation);
    }

    /// <summary>A promise only once every layer that exists has kept it.</summary>
    private static Moment? ContainedAt(StopState stop)
    {
        var existing = stop.Layers.Where(l => l.State != LayerState.Absent).ToList();
        return existing.Count > 0 && existing.All(l => l.State == LayerState.Confirmed)
            ? new Moment(stop.At.Milliseconds + existing.Max(l => l.AfterMs ?? 0))
            : null;
    }

    private static IncidentAction Shown(ActionView view, StopState stop, Catalogue catalogue)
    {
        var action = view.Action;
        var type = catalogue.Find(action.Type);
        var fate = FateOf(action, stop);
        return new(action.Id, view.Session.Id, action.Type, type?.Title ?? action.Type, action.Resource, action.PayloadDigest, action.Status, fate, action.Risk.Level,
            action.Directed, action.SubmittedAt, WasReleased(action, stop) ? action.ReleaseAt : null, action.EndedAt,
            [.. action.Approvals.Select(a => a.Name)], action.RuleName, action.Outcome, fate is Fate.Executed or Fate.MayHaveHappened ? type?.Compensation : null);
    }

    private static Fate FateOf(ActionState action, StopState stop) => action switch
    {
        { Status: ActionStatus.Completed } or { Outcome: Outcome.Succeeded } => Fate.Executed,
        { Outcome: Outcome.Unknown } or { Status: ActionStatus.Executing } => Fate.MayHaveHappened,
        { Status: ActionStatus.Failed } => Fate.Failed,
        _ when WasReleased(action, stop) => Fate.Revoked,
        _ => Fate.DidNotHappen,
    };

    private static bool WasReleased(ActionState action, StopState stop) => action.ReleaseAt is { } at && at <= stop.At && at <= (action.EndedAt ?? stop.At)
        && action.Status is not (ActionStatus.Denied or ActionStatus.Cancelled);
}
