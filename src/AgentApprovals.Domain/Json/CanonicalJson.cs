using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentApprovals.Domain.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one sequence of bytes for each JSON value, whatever its spacing, order of
/// members or spelling of numbers and strings. What is digested, stored, shown and executed are these bytes.
/// </summary>
/// <remarks>The client compiles this file as well, for itself alone; the domain's other part makes it public here.</remarks>
#pragma warning disable IDE0040 // The other part says it.
static partial class CanonicalJson
#pragma warning restore IDE0040
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The canonical form of one JSON text. The text must be I-JSON (RFC 7493).</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static byte[] Canonicalize(ReadOnlyMemory<byte> utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json, Options);
        return Canonicalize(document.RootElement);
    }

    /// <inheritdoc cref="Canonicalize(ReadOnlyMemory{byte})"/>
    public static byte[] Canonicalize(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Whether JSON text that was written without spaces, with sorted names and whole numbers is canonical as it is: writers differ
    /// only in what they escape, and here nothing is.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> utf8Json) => !utf8Json.Contains((byte)'\\');

    /// <summary><c>sha256:</c> and the lower-case hex SHA-256 of <paramref name="bytes"/>.</summary>
    public static string Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return "sha256:" + Convert.ToHexStringLower(hash);
    }

    private static void Write(ArrayBufferWriter<byte> to, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(to, value);
                break;
            case JsonValueKind.Array:
                to.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    if (!first)
                        to.Write(","u8);
                    first = false;
                    Write(to, item);
                }

                to.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteString(to, value.GetString()!);
                break;
            case JsonValueKind.Number:
                EcmaNumber.Write(to, value.GetDouble());
                break;
            case JsonValueKind.True:
                to.Write("true"u8);
                break;
            case JsonValueKind.False:
                to.Write("false"u8);
                break;
            case JsonValueKind.Null:
                to.Write("null"u8);
                break;
            default:
                throw new JsonException("There is no value to write.");
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> to, JsonElement value)
    {
        var members = value.EnumerateObject().ToArray();
        // RFC 8785, 3.2.3: sorted by UTF-16 code units, which is what an ordinal comparison of .NET strings does.
        Array.Sort(members, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        to.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
                to.Write(","u8);
            WriteString(to, members[i].Name);
            to.Write(":"u8);
            Write(to, members[i].Value);
        }

        to.Write("}"u8);
    }

    /// <summary>RFC 8785, 3.2.2.2: only quotation mark, reverse solidus and control characters are escaped.</summary>
    private static void WriteString(ArrayBufferWriter<byte> to, string text)
    {
        to.Write("\""u8);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAny(Escaped);
            var run = plain < 0 ? rest : rest[..plain];
            var span = to.GetSpan(Encoding.UTF8.GetMaxByteCount(run.Length));
            to.Advance(Encoding.UTF8.GetBytes(run, span));
            if (plain < 0)
                break;
            WriteEscape(to, rest[plain]);
            rest = rest[(plain + 1)..];
        }

        to.Write("\""u8);
    }

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (char)i), '"', '\\']);

    private static void WriteEscape(ArrayBufferWriter<byte> to, char c)
    {
        switch (c)
        {
            case '"': to.Write("\\\""u8); break;
            case '\\': to.Write("\\\\"u8); break;
            case '\b': to.Write("\\b"u8); break;
            case '\t': to.Write("\\t"u8); break;
            case '\n': to.Write("\\n"u8); break;
            case '\f': to.Write("\\f"u8); break;
            case '\r': to.Write("\\r"u8); break;
            default:
                to.Write("\\u00"u8);
                to.Write([HexDigit(c >> 4), HexDigit(c & 15)]);
                break;
        }
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
