using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AgentApprovals.Domain.Json;

namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// A row as facts: what an entry says of it. A new row is all its values; a change is only what changed, so an entry reads
/// as what happened and replaying entries makes the same row (<c>Merge</c> undoes <see cref="Of{T}"/>).
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
            new GuidIdConverter<BurstId>(v => new(v), v => v.Value),
            new GuidIdConverter<PersonId>(v => new(v), v => v.Value),
            new GuidIdConverter<CredentialId>(v => new(v), v => v.Value),
            new GuidIdConverter<WebhookId>(v => new(v), v => v.Value),
            new GuidIdConverter<ObservationId>(v => new(v), v => v.Value),
            new GuidIdConverter<ConnectorId>(v => new(v), v => v.Value),
        },
    };

    /// <summary>The values of <paramref name="after"/> that differ from <paramref name="before"/>; all but the absent ones where there is no before.</summary>
    public static JsonObject Of<T>(T? before, T after) where T : class, IRow => JsonNode.Parse(BytesOf(before, after))!.AsObject();

    /// <summary>The same as JSON text with sorted names: RFC 8785, but for how it escapes (<see cref="CanonicalJson.IsPlain"/>).</summary>
    public static byte[] BytesOf(IRow? before, IRow after)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var to = new Utf8JsonWriter(buffer, Sorted.Writing))
        {
            to.WriteStartObject();
            foreach (var value in ValuesOf(after.GetType()))
            {
                var now = value.Read(after);
                if (before is null ? now is null : value.IsSame(value.Read(before), now))
                    continue;
                to.WritePropertyName(value.Name);
                JsonSerializer.Serialize(to, now, value.Type);
            }

            to.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
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

    /// <summary>The same of facts that were not taken apart; a new row is read as it stands there.</summary>
    public static T Merge<T>(T? before, JsonElement facts, long sequence) where T : class, IRow => before is not null
        ? Merge(before, JsonObject.Create(facts)!, sequence)
        : RowKinds.WithSequence(facts.Deserialize<T>(Json) ?? throw new JsonException("A row can't be null."), sequence);

    private static readonly ConcurrentDictionary<Type, RowValue[]> Values = new();

    /// <summary>The values of a kind of row that an entry can speak of: all that are stored but the key, sorted by name.</summary>
    private static RowValue[] ValuesOf(Type row) => Values.GetOrAdd(row, static type =>
    [
        .. Sorted.Json.GetTypeInfo(type).Properties
            .Where(p => p.Name != "sequence" && p.Get is not null && p.Set is not null)
            .Select(p => new RowValue(JsonEncodedText.Encode(p.Name), p.Get!, Sorted.Json.GetTypeInfo(p.PropertyType))),
    ]);

    /// <summary>One value of a row: its name in entries and how to read, compare and write it.</summary>
    private sealed record RowValue(JsonEncodedText Name, Func<object, object?> Read, JsonTypeInfo Type)
    {
        /// <summary>Lists, and records that hold lists, are equal where they read the same, whether or not they are one object.</summary>
        public bool IsSame(object? before, object? now) => Equals(before, now)
            || (before is not null && now is not null && Type.Kind != JsonTypeInfoKind.None
                && JsonSerializer.SerializeToUtf8Bytes(before, Type).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(now, Type)));
    }

    /// <summary>The same JSON with the members of every object in the order that RFC 8785 wants, so that entries are written once.</summary>
    private static class Sorted
    {
        public static JsonWriterOptions Writing { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

        public static JsonSerializerOptions Json { get; } = new(RowFacts.Json)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Sort } },
        };

        private static void Sort(JsonTypeInfo type)
        {
            if (type.Kind != JsonTypeInfoKind.Object)
                return;
            var sorted = type.Properties.OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
            type.Properties.Clear();
            foreach (var property in sorted)
                type.Properties.Add(property);
        }
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
