using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Actions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Hosting;
using AgentApprovals.Sessions;
using AgentApprovals.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Live;

/// <summary>An event as streams and webhooks tell it: <paramref name="Data"/> is the action without payload, reason and messages, the session, or the stop.</summary>
public sealed record EventDocument(string Type, Moment Timestamp, JsonNode Data);

/// <summary>Makes events of entries. The thing is shown as it stands when it is told.</summary>
public sealed class EventDocuments(Reader reader)
{
    private static readonly string[] NotTold = ["payload", "purged", "reason"];

    /// <summary>What the contract lists as events; the ledger has more kinds.</summary>
    public static IReadOnlySet<string> Told { get; } = WebhookEvents.OfThings.ToHashSet();

    /// <param name="forAgent">Agents see names of people only.</param>
    public async Task<EventDocument> OfAsync(Entry entry, bool forAgent)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new(entry.Kind, entry.At, await DataAsync(entry, forAgent));
    }

    /// <summary>A session, in an event of its own.</summary>
    public static JsonNode Of(SessionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return JsonSerializer.SerializeToNode(SessionDocument.Of(view.Session, view.Agent), Api.Json)!;
    }

    private async Task<JsonNode> DataAsync(Entry entry, bool forAgent)
    {
        if (entry.Subject.Action is { } action && await reader.ActionAsync(action) is { } view)
            return Of(view, forAgent);
        if (await StopAsync(entry) is { } stop)
            return JsonSerializer.SerializeToNode(StopDocument.Of(stop), Api.Json)!;
        if (entry.Subject.Session is { } session && await reader.SessionAsync(session) is { } run)
            return Of(run);
        // What people follow beside that: which thing it was about, to be looked up.
        return JsonSerializer.SerializeToNode(new { entry.Subject.Action, entry.Subject.Session, entry.Subject.Agent }, Api.Json)!;
    }

    /// <summary>An action, in an event of its own.</summary>
    public static JsonObject Of(ActionView view, bool forAgent)
    {
        ArgumentNullException.ThrowIfNull(view);
        var data = JsonSerializer.SerializeToNode(ActionDocument.Of(view, payload: null, reason: null, forAgent), Api.Json)!.AsObject();
        foreach (var name in NotTold)
            data.Remove(name);
        return data;
    }

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
