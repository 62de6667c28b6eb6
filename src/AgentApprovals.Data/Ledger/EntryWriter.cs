using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Chains drafts to the entry ahead of them: their stored bytes are RFC 8785, so checking never writes them again. They are written
/// canonical at once, names in order; only where a character had to be escaped, or a fact has an inside, are they read and
/// written once more by the rules of the RFC.
/// </summary>
internal sealed class EntryWriter(byte[] batch, byte[] previous)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly string _batch = Convert.ToHexStringLower(batch);
    private bool _isPlain;

    /// <summary>Hash of the entry chained last.</summary>
    public byte[] Last { get; private set; } = previous;

    public Entry Chain(Draft draft)
    {
        _buffer.ResetWrittenCount();
        _isPlain = true;
        using (var to = new Utf8JsonWriter(_buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
            Write(to, draft);
        var bytes = _isPlain && CanonicalJson.IsPlain(_buffer.WrittenSpan) ? _buffer.WrittenSpan.ToArray() : CanonicalJson.Canonicalize(_buffer.WrittenMemory);
        Last = SHA256.HashData(bytes);
        return new(draft.Sequence, draft.At, draft.Kind, draft.Actor, Complete(draft), bytes, Last);
    }

    private void Write(Utf8JsonWriter to, Draft draft)
    {
        to.WriteStartObject();
        to.WriteString("actionId"u8, draft.Subject.Action?.ToString());
        to.WriteStartObject("actor"u8);
        to.WriteString("id"u8, draft.Actor.Id);
        to.WriteString("kind"u8, draft.Actor.Kind);
        to.WriteString("name"u8, draft.Actor.Name);
        to.WriteEndObject();
        to.WriteString("agentId"u8, draft.Subject.Agent?.ToString());
        to.WriteString("at"u8, draft.At.ToString());
        to.WriteString("batch"u8, _batch);
        WriteData(to, draft);
        to.WriteString("kind"u8, draft.Kind);
        to.WriteString("previousHash"u8, Convert.ToHexStringLower(Last));
        if (draft.Row is null)
        {
            to.WriteNull("row"u8);
        }
        else
        {
            to.WriteStartObject("row"u8);
            to.WriteString("kind"u8, draft.Row);
            to.WriteNumber("sequence"u8, draft.RowSequence);
            to.WriteEndObject();
        }

        to.WriteNumber("sequence"u8, draft.Sequence);
        to.WriteString("sessionId"u8, draft.Subject.Session?.ToString());
        to.WriteEndObject();
    }

    /// <summary>The facts in order of their names, the row's values among them under <c>set</c>.</summary>
    private void WriteData(Utf8JsonWriter to, Draft draft)
    {
        to.WriteStartObject("data"u8);
        var isSet = draft.Set is null;
        foreach (var (name, value) in draft.Facts?.OrderBy(f => f.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, JsonNode?>>())
        {
            if (!isSet && string.CompareOrdinal(name, "set") > 0)
                WriteSet();
            _isPlain &= value is null || value.GetValueKind() is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False;
            to.WritePropertyName(name);
            if (value is null)
                to.WriteNullValue();
            else
                value.WriteTo(to);
        }

        if (!isSet)
            WriteSet();
        to.WriteEndObject();

        void WriteSet()
        {
            isSet = true;
            to.WritePropertyName("set"u8);
            to.WriteRawValue(draft.Set!, skipInputValidation: true);
        }
    }

    /// <summary>A row that this very entry made has the entry's sequence.</summary>
    private static Subject Complete(Draft draft) => draft.Row switch
    {
        "action" => draft.Subject with { ActionSequence = draft.RowSequence },
        "session" => draft.Subject with { SessionSequence = draft.RowSequence },
        "agent" => draft.Subject with { AgentSequence = draft.RowSequence },
        _ => draft.Subject,
    };
}
