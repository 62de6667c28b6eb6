using System.Text.RegularExpressions;

namespace AgentApprovals.Domain.Json;

/// <summary>
/// A way into a payload: a JSON Pointer (RFC 6901, <c>/to/0</c>), a singular query of JSONPath (RFC 9535, <c>$.to[0]</c>), or the
/// bare names of the latter (<c>to</c>).
/// </summary>
public static partial class PayloadPath
{
    /// <summary>Its steps, names and indexes alike; null where it is none of these.</summary>
    public static IReadOnlyList<string>? Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.StartsWith('/'))
            return [.. path.Split('/').Skip(1).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
        var query = path.StartsWith('$') ? path : $"$.{path}";
        if (!Whole().IsMatch(query))
            return null;
        return [.. Step().Matches(query).Select(m => m.Groups.Cast<Group>().Skip(1).First(g => g.Success).Value)];
    }

    [GeneratedRegex(@"^\$(?:\.[^.\[\]'""*]+|\[\d+\]|\['[^'\\]*'\]|\[""[^""\\]*""\])*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\.([^.\[\]'""*]+)|\[(\d+)\]|\['([^'\\]*)'\]|\[""([^""\\]*)""\]", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
