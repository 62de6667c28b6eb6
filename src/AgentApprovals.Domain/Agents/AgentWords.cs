using AgentApprovals.Domain.People;

namespace AgentApprovals.Domain.Agents;

/// <summary>
/// The words that an agent is found by: of its name, its display name, its owner and its labels, lower-cased, whole and in their parts. A
/// list of agents is searched by how these begin, which an index answers on every engine.
/// </summary>
public static class AgentWords
{
    /// <summary>In UTF-16 units; what is longer is found by its beginning.</summary>
    public const int MostLetters = 64;
    private const int MostWords = 200;

    /// <summary>Stands before the addresses of people who may see the agent as their own: nobody searches for it.</summary>
    private const string OwnMark = "\u0001";

    public static IReadOnlySet<string> Of(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var own = agent.ActsFor.Where(a => !a.Contains('*', StringComparison.Ordinal)).Prepend(agent.Owner).Select(OwnedBy);
        return new[] { agent.Name, agent.DisplayName, agent.Owner }.Concat(agent.Labels).SelectMany(Split).Take(MostWords).Concat(own).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The word by which somebody's own agents are found.</summary>
    public static string OwnedBy(string email) => Short(OwnMark + Email.Key(email));

    /// <summary>What each of an agent's words must begin with, of a text that somebody typed: one word of the agent for each of these.</summary>
    public static IReadOnlyList<string> Beginnings(string? query) => [.. Chunks(query ?? "").Select(Short).Distinct().Take(8)];

    /// <summary>An upper bound of all words that begin so: no word holds the last code point there is.</summary>
    public static string After(string beginning) => beginning + "\U0010FFFF";

    private static IEnumerable<string> Split(string text)
    {
        foreach (var chunk in Chunks(text))
        {
            yield return Short(chunk);
            var parts = new string([.. chunk.Select(c => IsOfWord(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2)
                continue;
            foreach (var part in parts)
                yield return Short(part);
        }
    }

    /// <summary>What stands between spaces, without what surrounds it.</summary>
    private static IEnumerable<string> Chunks(string text) => text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(c => TrimEnds(c)).Where(c => c.Length > 0);

    private static string TrimEnds(string chunk)
    {
        var (from, to) = (0, chunk.Length);
        while (from < to && !IsOfWord(chunk[from]))
            from++;
        while (to > from && !IsOfWord(chunk[to - 1]))
            to--;
        return chunk[from..to];
    }

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c > '\u02FF';

    private static string Short(string word) => word.Length <= MostLetters ? word
        : word[..(char.IsHighSurrogate(word[MostLetters - 1]) ? MostLetters - 1 : MostLetters)];
}
