namespace AgentApprovals.Domain.Json;

/// <summary>Patterns of the API: <c>*</c> is any run of characters, separators included; case-sensitive; the whole string must match.</summary>
public static class Patterns
{
    /// <summary>In time proportional to the product of the lengths at worst, whatever the pattern.</summary>
    public static bool Matches(string pattern, string value)
    {
        int p = 0, v = 0, star = -1, retry = 0;
        while (v < value.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = v;
            }
            else if (p < pattern.Length && pattern[p] == value[v])
            {
                p++;
                v++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                v = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    public static bool MatchesAny(IReadOnlyList<string> patterns, string value)
    {
        foreach (var pattern in patterns)
        {
            if (Matches(pattern, value))
                return true;
        }

        return false;
    }
}
