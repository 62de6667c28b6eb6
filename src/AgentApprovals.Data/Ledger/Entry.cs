using System.Text.Json;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>An entry of the ledger: what happened, chained to the one before it by <c>hash = SHA-256(bytes)</c>.</summary>
public sealed record Entry(
    long Sequence,
    Moment At,
    string Kind,
    ActorStamp Actor,
    Subject Subject,
    byte[] Bytes,
    byte[] Hash)
{
    private static readonly JsonSerializerOptions Json = RowFacts.Json;

    /// <summary>The facts, as JSON. Parsed when asked for.</summary>
    public JsonElement Data => Member("data");

    /// <summary>The key of the row that it made or changed; null where it changed none.</summary>
    public long? RowSequence => Member("row") is { ValueKind: JsonValueKind.Object } row ? row.GetProperty("sequence").GetInt64() : null;

    public string PreviousHash => Member("previousHash").GetString()!;

    /// <summary>The row that it made or changed; null where it changed none.</summary>
    public (string Kind, long Sequence)? Row => Member("row") is { ValueKind: JsonValueKind.Object } row
        ? (row.GetProperty("kind").GetString()!, row.GetProperty("sequence").GetInt64())
        : null;

    public static Entry Read(EntryRow row)
    {
        using var document = JsonDocument.Parse(row.Bytes);
        var root = document.RootElement;
        var subject = new Subject(
            row.ActionSequence, Id(root, "actionId") is { } action ? new ActionId(action) : null,
            row.SessionSequence, Id(root, "sessionId") is { } session ? new SessionId(session) : null,
            row.AgentSequence, Id(root, "agentId") is { } agent ? new AgentId(agent) : null);
        return new(row.Sequence, row.At, row.Kind, root.GetProperty("actor").Deserialize<ActorStamp>(Json)!, subject, row.Bytes, row.Hash);
    }

    public EntryRow ToRow(byte[] batch) => new()
    {
        Sequence = Sequence,
        Batch = batch,
        At = At,
        Kind = Kind,
        ActionSequence = Subject.ActionSequence,
        SessionSequence = Subject.SessionSequence,
        AgentSequence = Subject.AgentSequence,
        Bytes = Bytes,
        Hash = Hash,
    };

    private static Guid? Id(JsonElement root, string name) =>
        root.GetProperty(name) is { ValueKind: JsonValueKind.String } id ? id.GetGuid() : null;

    private JsonElement Member(string name)
    {
        using var document = JsonDocument.Parse(Bytes);
        return document.RootElement.GetProperty(name).Clone();
    }
}
