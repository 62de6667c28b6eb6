using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Hosting;
using AgentApprovals.Observations;
using AgentApprovals.Runners;
using AgentApprovals.Sessions;
using AgentApprovals.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Live;

/// <summary>Makes events of entries. The thing stands as it did right after the event, so that a late telling says the same as a punctual one.</summary>
public sealed class EventDocuments(Reader reader, RunnerDocuments runners)
{
    private static readonly string[] NotTold = ["payload", "purged", "reason"];

    /// <summary>What the contract lists as events; the ledger has more kinds.</summary>
    public static IReadOnlySet<string> Told { get; } = WebhookEvents.OfThings.ToHashSet();

    /// <param name="forAgent">Agents see names of people only.</param>
    public async Task<EventDocument> OfAsync(Entry entry, bool forAgent)
    {
        ArgumentNullException.ThrowIfNull(entry);
        // What people follow beside events: which thing it was about, to be looked up.
        return new(entry.Kind, entry.At.ToDateTimeOffset(), await ThingAsync(entry, forAgent)
            ?? new JsonObject { ["action"] = entry.Subject.Action?.ToString(), ["session"] = entry.Subject.Session?.ToString(), ["agent"] = entry.Subject.Agent?.ToString() });
    }

    /// <summary>The action, the stop, the observation or the session that the entry is about; null where it is about none.</summary>
    public async Task<JsonNode?> ThingAsync(Entry entry, bool forAgent)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Subject.ActionSequence is { } action)
            return await ActionAsync(entry, action, forAgent);
        if (await StopAsync(entry) is { } stop)
            return JsonSerializer.SerializeToNode(StopDocument.Of(stop), Api.Json);
        if (entry.Row is ("observation", var observation))
            return await ObservedAsync(observation);
        // What ends a session is the last that changes it, so only its beginning reads otherwise than it stands now.
        if (entry.Row == ("session", entry.Sequence))
            return await StartedAsync(entry);
        return entry.Subject.Session is { } session && await reader.SessionAsync(session) is { } run ? Of(run) : null;
    }

    /// <summary>A session, in an event of its own.</summary>
    public JsonNode Of(SessionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return JsonSerializer.SerializeToNode(SessionDocument.Of(view.Session, view.Agent, runner: runners.Of(view.Session)), Api.Json)!;
    }

    private static JsonObject Of(ActionView view, bool forAgent)
    {
        var data = JsonSerializer.SerializeToNode(ActionDocument.Of(view, payload: null, reason: null, forAgent), Api.Json)!.AsObject();
        foreach (var name in NotTold)
            data.Remove(name);
        return data;
    }

    /// <summary>The action as it stood right after the entry, made again from its entries.</summary>
    private Task<JsonNode> ActionAsync(Entry entry, long sequence, bool forAgent) => reader.LookAsync<JsonNode>(async db =>
    {
        var past = await db.Entries.Where(e => e.ActionSequence == sequence && e.Sequence <= entry.Sequence).OrderBy(e => e.Sequence).ToListAsync();
        ActionState? action = null;
        foreach (var one in past.Select(Entry.Read).Where(e => e.Row == ("action", sequence)))
            action = RowFacts.Merge(action, SetOf(one), sequence);
        var session = await db.Sessions.SingleAsync(s => s.Sequence == action!.SessionSequence);
        return Of(new ActionView(action!, session, await AgentAsync(db, session)), forAgent);
    });

    private Task<JsonNode> StartedAsync(Entry entry) => reader.LookAsync(async db =>
    {
        var session = RowFacts.Merge<SessionState>(null, SetOf(entry), entry.Sequence);
        return Of(new SessionView(session, await AgentAsync(db, session)));
    });

    private Task<JsonNode?> ObservedAsync(long sequence) => reader.LookAsync(async db =>
    {
        var it = await db.Observations.SingleAsync(o => o.Sequence == sequence);
        return JsonSerializer.SerializeToNode(ObservationDocument.Of(new(it, await db.Agents.SingleAsync(a => a.Sequence == it.AgentSequence))), Api.Json);
    });

    private static Task<AgentState> AgentAsync(LedgerContext db, SessionState session) => db.Agents.SingleAsync(a => a.Sequence == session.AgentSequence);

    private static JsonObject SetOf(Entry entry) => JsonObject.Create(entry.Data.GetProperty("set"))!;

    /// <summary>The stop that the entry is about; of an agent or of everything also where it is lifted.</summary>
    private Task<StopState?> StopAsync(Entry entry) => entry switch
    {
        { Row: ("stop", var sequence) } => reader.LookAsync(db => db.Stops.SingleOrDefaultAsync(s => s.Sequence == sequence)),
        { Kind: Kinds.AgentStopped or Kinds.AgentResumed, Row: ("agent", var agent) } => LastAsync(StopScope.Agent, agent, entry.Sequence),
        { Kind: Kinds.EverythingStopped or Kinds.EverythingResumed } => LastAsync(StopScope.Everything, 0, entry.Sequence),
        _ => Task.FromResult<StopState?>(null),
    };

    private Task<StopState?> LastAsync(StopScope scope, long target, long before) => reader.LookAsync(db => db.Stops
        .Where(s => s.Scope == scope && s.TargetSequence == target && s.Sequence < before).OrderByDescending(s => s.Sequence).FirstOrDefaultAsync());
}
