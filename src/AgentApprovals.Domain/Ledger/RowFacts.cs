using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// A row as facts: what an entry says of it. A new row is all its values; a change is only what changed, so an entry reads
/// as what happened and replaying entries makes the same row (<see cref="Merge{T}"/> undoes <see cref="Of{T}"/>).
/// </summary>
public static class RowFacts
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new MomentConverter(),
            new SecretHashConverter(),
            new RequirementConverter(),
            new GuidIdConverter<ActionId>(v => new(v), v => v.Value),
            new GuidIdConverter<AgentId>(v => new(v), v => v.Value),
            new GuidIdConverter<SessionId>(v => new(v), v => v.Value),
            new GuidIdConverter<StopId>(v => new(v), v => v.Value),
            new GuidIdConverter<PersonId>(v => new(v), v => v.Value),
            new GuidIdConverter<CredentialId>(v => new(v), v => v.Value),
        },
    };

    /// <summary>The values of <paramref name="after"/> that differ from <paramref name="before"/>; all but the absent ones where there is no before.</summary>
    public static JsonObject Of<T>(T? before, T after) where T : class, IRow
    {
        var now = JsonSerializer.SerializeToNode(after, Json)!.AsObject();
        now.Remove("sequence");
        var then = before is null ? null : JsonSerializer.SerializeToNode(before, Json)!.AsObject();
        var facts = new JsonObject();
        foreach (var (name, value) in now.ToList())
        {
            JsonNode? old = null;
            if (then is null ? value is null : then.TryGetPropertyValue(name, out old) && JsonNode.DeepEquals(old, value))
                continue;
            now.Remove(name);
            facts.Add(name, value);
        }

        return facts;
    }

    /// <summary>The row that <paramref name="facts"/> make of <paramref name="before"/>.</summary>
    public static T Merge<T>(T? before, JsonObject facts, long sequence) where T : class, IRow
    {
        var row = before is null ? [] : JsonSerializer.SerializeToNode(before, Json)!.AsObject();
        foreach (var (name, value) in facts)
            row[name] = value?.DeepClone();
        row["sequence"] = before?.Sequence ?? sequence;
        return row.Deserialize<T>(Json) ?? throw new JsonException("A row can't be null.");
    }

    private sealed class MomentConverter : JsonConverter<Moment>
    {
        public override Moment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Moment.From(reader.GetDateTimeOffset());

        public override void Write(Utf8JsonWriter writer, Moment value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class RequirementConverter : JsonConverter<Policies.Requirement>
    {
        public override Policies.Requirement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<IReadOnlyList<IReadOnlyList<Policies.RequiredPart>>>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, Policies.Requirement value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Alternatives, options);
    }

    private sealed class SecretHashConverter : JsonConverter<People.SecretHash>
    {
        public override People.SecretHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, People.SecretHash value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Hex);
    }

    private sealed class GuidIdConverter<T>(Func<Guid, T> make, Func<T, Guid> take) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => make(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(take(value));
    }
}
