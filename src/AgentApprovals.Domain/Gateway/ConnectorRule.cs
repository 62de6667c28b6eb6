using System.Text.RegularExpressions;
using AgentApprovals.Domain.Json;

namespace AgentApprovals.Domain.Gateway;

/// <summary>What becomes of requests to some paths by some methods: they pass, or become an action.</summary>
/// <param name="Methods">Names in capitals; <c>*</c>: all.</param>
/// <param name="Path">Segments; <c>*</c> stands for one, <c>**</c> at the end for the rest, which may be nothing. A slash at the very end means nothing, for many servers take none.</param>
/// <param name="Resource">With <c>{1}</c>, <c>{2}</c>, … for what the stars stood for.</param>
public sealed partial record ConnectorRule(IReadOnlyList<string> Methods, string Path, bool Pass, string? ActionType, string? Resource)
{
    /// <summary>What the stars of <see cref="Path"/> stand for; null where the request is none of this rule's.</summary>
    public IReadOnlyList<string>? Match(string method, GatewayPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Methods.Contains("*") && !Methods.Contains(method, StringComparer.Ordinal))
            return null;
        var (wanted, got) = (Segments(Path), Segments(path.Decoded));
        var found = new List<string>();
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "**")
            {
                found.Add(string.Join('/', got.Skip(i)));
                return found;
            }

            if (i >= got.Length)
                return null;
            if (wanted[i] == "*")
                found.Add(got[i]);
            else if (wanted[i] != got[i])
                return null;
        }

        return wanted.Length == got.Length ? found : null;
    }

    /// <summary>The resource of a request that matched.</summary>
    public string ResourceFor(IReadOnlyList<string> found) => Place().Replace(Resource ?? "", m => found[m.Groups[1].Value[0] - '1']);

    internal static ConnectorRule Read(Fields body)
    {
        var rule = new ConnectorRule(body.Texts("methods", [], 20, 20), body.RequiredText("path", 500), body.Flag("pass"), body.Text("actionType", 100), body.Text("resource", 500));
        if (rule.Methods.Count == 0)
            body.Fault("methods", "At least one method is expected; * stands for all.");
        if (rule.Methods.Any(m => m != "*" && (!m.All(char.IsAsciiLetterUpper) || m is "CONNECT" or "TRACE")))
            body.Fault("methods", "Methods are written in capitals; CONNECT and TRACE are never let through.");
        var segments = Segments(rule.Path);
        var hasPath = rule.Path.Length is > 0 and <= 500;
        if (hasPath && GatewayPath.OfDecoded(rule.Path, out var fault) is null)
            body.Fault("path", fault!);
        else if (hasPath && segments.Where((s, i) => s.Contains('*', StringComparison.Ordinal) && s != "*" && !(s == "**" && i == segments.Length - 1)).Any())
            body.Fault("path", "A star stands for a whole segment, and two only at the end.");
        if (rule.Pass == rule.ActionType is not null)
            body.Fault("actionType", "A rule either lets pass or names the type of action that a request becomes.");
        if (rule.ActionType is { } type && !TypeName().IsMatch(type))
            body.Fault("actionType", "Lower-case words joined by dots are expected, such as forum.post.");
        if (rule.ActionType is not null && string.IsNullOrWhiteSpace(rule.Resource))
            body.Fault("resource", "It is required where a request becomes an action.");
        var stars = segments.Count(s => s is "*" or "**");
        if (AnyPlace().Matches(rule.Resource ?? "").Any(m => !(Place().Match(m.Value) is { Success: true } place && place.Groups[1].Value[0] - '0' <= stars)))
            body.Fault("resource", $"The path has {stars} stars: {{1}} is the first.");
        return rule;
    }

    private static string[] Segments(string path) => path.Trim('/').Length == 0 ? [] : path.Trim('/').Split('/');

    [GeneratedRegex(@"\{([1-9])\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex(@"\{[^}]*\}?", RegexOptions.CultureInvariant)]
    private static partial Regex AnyPlace();

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();
}
