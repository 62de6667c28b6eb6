using System.Text;
using System.Text.Json;

namespace AgentApprovals.Domain.Json;

/// <summary>Why a request body is refused; <paramref name="Path"/> is the member's path from the root, empty for the whole.</summary>
public sealed record IJsonFault(string Path, string Message);

/// <summary>
/// Strict acceptance of request bodies (I-JSON, RFC 7493): what another parser could read differently is refused, so that
/// what a person is shown is what any program will read.
/// </summary>
public static class IJson
{
    public const int MaxBytes = 262_144;
    public const int MaxDepth = 32;
    private const double MaxInteger = 9_007_199_254_740_991;

    /// <summary>The first fault, or null. U+0000 is allowed only below the top-level member <paramref name="nulAllowedIn"/>.</summary>
    public static IJsonFault? Check(ReadOnlySpan<byte> body, string? nulAllowedIn = null)
    {
        if (body.Length > MaxBytes)
            return new("", $"The body is larger than {MaxBytes} bytes.");
        var reader = new Utf8JsonReader(body, new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow });
        var path = new Stack<Level>();
        try
        {
            while (reader.Read())
            {
                if (Look(ref reader, path, nulAllowedIn) is { } fault)
                    return fault;
            }

            return null;
        }
        catch (JsonException)
        {
            return new(PathOf(path), reader.CurrentDepth >= MaxDepth
                ? $"The body is nested deeper than {MaxDepth} levels."
                : "The body is not valid JSON.");
        }
        catch (InvalidOperationException)
        {
            return new(PathOf(path), "A string holds a lone surrogate or bytes that are not UTF-8.");
        }
    }

    private static IJsonFault? Look(ref Utf8JsonReader reader, Stack<Level> path, string? nulAllowedIn)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                path.Push(new([]));
                return null;
            case JsonTokenType.StartArray:
                path.Push(new(null));
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Pop();
                return null;
            case JsonTokenType.PropertyName:
                return LookAtName(reader.GetString()!, path, nulAllowedIn);
            case JsonTokenType.String:
                return LookAtText(reader.GetString()!, path, nulAllowedIn);
            case JsonTokenType.Number:
                return LookAtNumber(ref reader, path);
            default:
                return null;
        }
    }

    private static IJsonFault? LookAtName(string name, Stack<Level> path, string? nulAllowedIn)
    {
        var level = path.Peek();
        level.Name = name;
        return level.Names!.Add(name)
            ? LookAtText(name, path, nulAllowedIn)
            : new(PathOf(path), "The name occurs twice in one object.");
    }

    private static IJsonFault? LookAtText(string text, Stack<Level> path, string? nulAllowedIn)
    {
        // The reader replaces nothing but lets an escaped lone surrogate through to the string.
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return new(PathOf(path), "A string holds a lone surrogate.");
        }

        return text.Contains('\0', StringComparison.Ordinal) && (nulAllowedIn is null || path.Count == 0 || path.Last().Name != nulAllowedIn || (path.Count == 1 && text == path.Peek().Name))
            ? new(PathOf(path), "The character U+0000 is not allowed here.")
            : null;
    }

    private static IJsonFault? LookAtNumber(ref Utf8JsonReader reader, Stack<Level> path)
    {
        if (!reader.TryGetDouble(out var value) || !double.IsFinite(value))
            return new(PathOf(path), "The number is too large.");
        var text = Encoding.ASCII.GetString(reader.HasValueSequence ? [] : reader.ValueSpan);
        var isInteger = text.AsSpan().IndexOfAny(".eE") < 0;
        // Every integer up to there is a double of its own, and what lies beyond never reads as less.
        if (isInteger && Math.Abs(value) > MaxInteger)
            return new(PathOf(path), "The integer is beyond ±(2^53−1) and would not be read alike everywhere.");
        return null;
    }

    private static string PathOf(Stack<Level> path) => string.Join('.', path.Reverse().Select(l => l.Name).Where(n => n is not null));

    private sealed class Level(HashSet<string>? names)
    {
        public HashSet<string>? Names { get; } = names;
        public string? Name { get; set; }
    }
}
