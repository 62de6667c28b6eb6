using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentApprovals.Domain.Text;

/// <summary>
/// Secrets as they are commonly written. Found for the risk score, and masked in logs, exports and notices; never in what is
/// stored, shown to a reviewer or run. Finding none says nothing.
/// </summary>
public static partial class Secrets
{
    private static readonly (string Kind, Regex Pattern)[] Known =
    [
        ("private key", PrivateKey()),
        ("AWS key", AwsKey()),
        ("GitHub token", GitHubToken()),
        ("Slack token", SlackToken()),
        ("Stripe key", StripeKey()),
        ("JSON Web Token", Jwt()),
        ("token of this console", OwnToken()),
        ("password or key", Assignment()),
    ];

    public static IReadOnlyList<string> Kinds(string text) =>
        [.. Known.Where(k => k.Pattern.IsMatch(text)).Select(k => k.Kind)];

    /// <summary>Kinds found in any string of a JSON value; a member named like a password with a value of eight characters or more counts.</summary>
    public static IReadOnlyList<string> Kinds(JsonElement value)
    {
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        Walk(value, null);
        return [.. kinds];

        void Walk(JsonElement element, string? name)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    var text = element.GetString()!;
                    if (text.Length >= 8)
                        kinds.UnionWith(Kinds(text));
                    if (name is not null && text.Length >= 8 && SecretName().IsMatch(name))
                        kinds.Add("password or key");
                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                        Walk(item, name);
                    break;
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                        Walk(member.Value, member.Name);
                    break;
            }
        }
    }

    /// <summary>The text with each secret replaced by its kind.</summary>
    public static string Mask(string text)
    {
        foreach (var (kind, pattern) in Known)
            text = pattern.Replace(text, $"‹{kind}›");
        return text;
    }

    // No pattern goes on for more than its own bounds, so none needs the time limit that patterns of the catalogue have: what is not masked in
    // time, since the machine is busy, could not be shown at all.

    /// <summary>To the end of the key, which may have been cut off.</summary>
    [GeneratedRegex("-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END)[\\s\\S]){0,8000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{20,255})", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex GitHubToken();

    [GeneratedRegex(@"\bxox[abprs]-[A-Za-z0-9-]{10,255}", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex SlackToken();

    [GeneratedRegex(@"\b[sr]k_live_[A-Za-z0-9]{16,255}", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex StripeKey();

    /// <summary>Looked for near the beginning of a run of its letters alone: from each of a run's middle the rest of it would be gone through again.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{0,40}?\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b(?:aa[ksrpxu]_|whsec_)[A-Za-z0-9_+/=-]{20,100}", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex OwnToken();

    [GeneratedRegex("""\b(?:password|passwd|secret|token|api[_-]?key|access[_-]?key)\b["']?\s{0,3}[=:]\s{0,3}["']?[^\s"'<>]{8,4000}""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Assignment();

    [GeneratedRegex("pass(?:word|wd|phrase)|secret|token|api[_-]?key|private[_-]?key|credential", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex SecretName();
}
