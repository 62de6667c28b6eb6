using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AgentApprovals.Domain.Gateway;

/// <summary>
/// A path as rules match it, people read it and targets get it. It is decoded exactly once, and sent again from what was decoded. What two
/// readers could take for two paths (encoded separators, dot segments, empty segments, a second layer of encoding that hides
/// either) is refused and never mended, for a rule would match the one and the target serve the other.
/// </summary>
public sealed record GatewayPath
{
    private const int MostChars = 2000;

    /// <summary>What stands in a path unescaped (RFC 3986, pchar), without the semicolon, at which some servers end a segment.</summary>
    private const string Plain = "-._~!$&'()*+,=:@";

    private static readonly SearchValues<char> AsItIs = SearchValues.Create("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + Plain);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private GatewayPath(string decoded) => Decoded = decoded;

    /// <summary>With its leading slash.</summary>
    public string Decoded { get; }

    /// <summary>The same for a request line (RFC 3986): of each decoded path there is one.</summary>
    public string Encoded => Decoded.AsSpan().ContainsAnyExcept(AsItIs) ? string.Join('/', Decoded.Split('/').Select(Encode)) : Decoded;

    /// <summary>Reads what stands in a request line after the connector's name, from its slash to the question mark.</summary>
    /// <param name="fault">Why it is refused; null where it is not.</param>
    public static GatewayPath? Read(string raw, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(raw);
        fault = null;
        var decoded = default(string);
        if (raw.Length == 0)
            return new("/");
        if (raw[0] != '/')
            fault = "A path begins with a slash.";
        else if (raw.Length > MostChars)
            fault = $"A path has at most {MostChars} characters.";
        else if (raw.Any(c => c is <= ' ' or > '~' or '\\' or ';' or '#' or '?'))
            fault = "A path holds no spaces, backslashes, semicolons or characters that have to be encoded.";
        else if (!TryDecode(raw, out decoded))
            fault = "The path is not encoded as UTF-8 with two hexadecimal digits after each percent sign.";
        else if (CountOf(decoded, '/') != CountOf(raw, '/'))
            fault = "Encoded separators are refused.";
        else
            fault = FaultOf(decoded);
        return fault is null ? new(decoded!) : null;
    }

    /// <summary>Takes a path that is decoded already, such as one that was stored or that somebody typed.</summary>
    public static GatewayPath? OfDecoded(string decoded, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        fault = !decoded.StartsWith('/') ? "A path begins with a slash." : decoded.Length > MostChars ? $"A path has at most {MostChars} characters." : FaultOf(decoded);
        return fault is null ? new(decoded) : null;
    }

    private static string? FaultOf(string decoded)
    {
        // Some targets decode again: what would then be something else is refused at every layer.
        for (var layer = decoded; ;)
        {
            if (layer.Contains('\\', StringComparison.Ordinal) || (layer != decoded && layer.Contains('/', StringComparison.Ordinal) && CountOf(layer, '/') != CountOf(decoded, '/')))
                return "Encoded separators are refused.";
            if (layer.Any(char.IsControl))
                return "Control characters are refused.";
            if (layer.Any(char.IsSurrogate) && !IsWellFormed(layer))
                return "The path is not encoded as UTF-8.";
            var segments = layer.Split('/').Skip(1).ToList();
            // IIS drops dots and spaces at a segment's end, and Tomcat what follows a semicolon.
            if (segments.Any(s => s.Split(';')[0] is "." or ".." || s.EndsWith('.') || s.EndsWith(' ')))
                return "Dot segments are refused, and so are dots and spaces at the end of a segment.";
            if (segments.SkipLast(1).Any(s => s.Length == 0))
                return "Empty segments are refused.";
            if (!TryDecode(layer, out var next) || next == layer)
                return null;
            layer = next;
        }
    }

    private static int CountOf(string text, char c) => text.Count(t => t == c);

    private static bool IsWellFormed(string text)
    {
        try
        {
            return Strict.GetBytes(text).Length > 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        decoded = text;
        if (!text.Contains('%', StringComparison.Ordinal))
            return true;
        decoded = null;
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? text.Substring(i++, 2) : text.Substring(i, 1)));
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return false;
            bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 2;
        }

        try
        {
            decoded = Strict.GetString([.. bytes]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static string Encode(string segment)
    {
        var encoded = new StringBuilder(segment.Length);
        foreach (var b in Encoding.UTF8.GetBytes(segment))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || Plain.Contains((char)b, StringComparison.Ordinal))
                encoded.Append((char)b);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }
}
