using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Text;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>
/// What endpoints are told of an event: <c>{ type, timestamp, data }</c>. The thing stands as it did right after the event, an
/// action made again from its entries, so that a late delivery tells the same as a punctual one.
/// </summary>
public sealed class WebhookBodies(Reader reader, EventDocuments events)
{
    public async Task<byte[]> OfAsync(DeliveryRow delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var sequence = delivery.EntrySequence;
        var entry = Entry.Read(await reader.LookAsync(db => db.Entries.SingleAsync(e => e.Sequence == sequence)));
        var told = new EventDocument(entry.Kind, entry.At, Masked(await DataAsync(entry))!);
        return JsonSerializer.SerializeToUtf8Bytes(told, Api.Json);
    }

    private async Task<JsonNode> DataAsync(Entry entry) => entry switch
    {
        { Subject.ActionSequence: { } action } => await ActionAsync(entry, action),
        // What ends a session is the last that changes it, so only its beginning reads otherwise than it stands now.
        { Row: ("session", var session) } when session == entry.Sequence => await SessionAsync(entry),
        { Subject.SessionSequence: not null } or { Kind: Kinds.AgentStopped or Kinds.AgentResumed } => (await events.OfAsync(entry, forAgent: false)).Data,
        _ => Facts(entry),
    };

    private Task<JsonNode> ActionAsync(Entry entry, long sequence) => reader.LookAsync<JsonNode>(async db =>
    {
        var past = await db.Entries.Where(e => e.ActionSequence == sequence && e.Sequence <= entry.Sequence).OrderBy(e => e.Sequence).ToListAsync();
        ActionState? action = null;
        foreach (var one in past.Select(Entry.Read).Where(e => e.Row == ("action", sequence)))
            action = RowFacts.Merge(action, Facts(one, "set"), sequence);
        var session = await db.Sessions.SingleAsync(s => s.Sequence == action!.SessionSequence);
        return EventDocuments.Of(new ActionView(action!, session, await AgentAsync(db, session)), forAgent: false);
    });

    private Task<JsonNode> SessionAsync(Entry entry) => reader.LookAsync(async db =>
    {
        var session = RowFacts.Merge<SessionState>(null, Facts(entry, "set"), entry.Sequence);
        return EventDocuments.Of(new SessionView(session, await AgentAsync(db, session)));
    });

    private static Task<AgentState> AgentAsync(LedgerContext db, SessionState session) => db.Agents.SingleAsync(a => a.Sequence == session.AgentSequence);

    private static JsonObject Facts(Entry entry, string? part = null) => JsonObject.Create(part is null ? entry.Data : entry.Data.GetProperty(part))!;

    /// <summary>It leaves the console: what reads like a secret stays behind.</summary>
    private static JsonNode? Masked(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Masked(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Masked)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Secrets.Mask(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };
}
