using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Text;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>
/// What endpoints are told of an event: <c>{ type, timestamp, data }</c>, the same as event streams tell, or the entry's own facts where it
/// is about no action, session or stop. The order to cut off tells of its stop twice: as the console has it, and as identity providers do.
/// </summary>
public sealed class WebhookBodies(Reader reader, EventDocuments events)
{
    public async Task<byte[]> OfAsync(DeliveryRow delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var sequence = delivery.EntrySequence;
        var entry = Entry.Read(await reader.LookAsync(db => db.Entries.SingleAsync(e => e.Sequence == sequence)));
        // Facts of an entry are the console's own words, and may be signed.
        var told = await events.ThingAsync(entry, forAgent: false) is { } thing ? Masked(thing)! : JsonObject.Create(entry.Data)!;
        var document = new EventDocument(entry.Kind, entry.At.ToDateTimeOffset(), told);
        return delivery.IsCutOff ? await CutOffAsync(delivery, document) : JsonSerializer.SerializeToUtf8Bytes(document, Api.Json);
    }

    /// <summary>With the same in the words of identity providers.</summary>
    private async Task<byte[]> CutOffAsync(DeliveryRow delivery, EventDocument document)
    {
        var stop = await reader.LookAsync(db => db.Stops.SingleAsync(s => s.Sequence == delivery.EntrySequence));
        var body = JsonSerializer.SerializeToNode(document, Api.Json)!.AsObject();
        body["sub_id"] = SessionRevoked.SubjectOf(stop.Scope, stop.TargetId);
        body["events"] = SessionRevoked.EventsOf(stop.By.Kind, stop.Reason is null ? null : Secrets.Mask(stop.Reason), stop.At);
        return JsonSerializer.SerializeToUtf8Bytes(body, Api.Json);
    }

    /// <summary>What an agent may have written leaves the console here: what reads like a secret stays behind.</summary>
    private static JsonNode? Masked(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Masked(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Masked)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Secrets.Mask(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };
}
