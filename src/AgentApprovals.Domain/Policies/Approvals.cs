using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Domain.Policies;

/// <summary>Whether people meet a requirement. One person fills one part, and parts are filled by the largest matching of people to parts.</summary>
public static class Approvals
{
    /// <summary>Whether one alternative is filled. One that asks for nobody is never met: silence is never consent.</summary>
    public static bool IsMet(Requirement requirement, IReadOnlyList<Approver> people) =>
        requirement.Alternatives.Any(parts => parts.Sum(p => p.Count) is > 0 and var needed && Filled(parts, people) == needed);

    /// <summary>How many places of the alternative that is nearest to done are filled, and how many it has.</summary>
    public static (int Filled, int Needed) Progress(Requirement requirement, IReadOnlyList<Approver> people) => requirement.Alternatives
        .Select(parts => (Filled: Filled(parts, people), Needed: parts.Sum(p => p.Count)))
        .MinBy(p => p.Needed - p.Filled);

    /// <summary>Whether the person could fill any part of it.</summary>
    public static bool CouldFill(Requirement requirement, Approver person) =>
        requirement.Alternatives.Any(parts => parts.Any(person.Fits));

    /// <summary>Whether any part names a group the person is in.</summary>
    public static bool NamesGroupOf(Requirement requirement, Approver person) =>
        requirement.Alternatives.Any(parts => parts.Any(p => p.From.StartsWith("group:", StringComparison.Ordinal) && person.Fits(p)));

    /// <summary>Whether what keeps the person out is a group: they hold a deciding role, and some part asks for a group.</summary>
    public static bool LacksGroup(Requirement requirement, Approver person) =>
        (person.Roles & (Roles.Reviewer | Roles.Manager | Roles.Administrator)) != 0
        && requirement.Alternatives.Any(parts => parts.Any(p => p.From.StartsWith("group:", StringComparison.Ordinal)));

    /// <summary>
    /// Both hold: each alternative of the one joined with each of the other, of equal <c>from</c> the larger count. Joined with
    /// its own like a requirement stays as it is, rather than grow alternatives that ask for more than another does.
    /// </summary>
    public static Requirement Join(Requirement a, Requirement b) => IsSame(a, b) ? a : new(
    [
        .. a.Alternatives
            .SelectMany(x => b.Alternatives.Select(y => JoinParts(x, y)))
            .DistinctBy(parts => string.Join('|', parts.Select(p => $"{p.From}×{p.Count}"))),
    ]);

    /// <summary>
    /// What an edit at high or critical risk asks for: each alternative that the editor alone could meet has its first count
    /// raised by one, so that nobody writes and releases the same payload.
    /// </summary>
    public static Requirement RaiseForEdit(Requirement requirement, RiskLevel level) => level < RiskLevel.High
        ? requirement
        : new([.. requirement.Alternatives.Select(parts => parts.Sum(p => p.Count) == 1 ? [parts[0] with { Count = 2 }] : parts)]);

    /// <summary>"1 Reviewer and 1 of security, or 1 Manager".</summary>
    public static string InWords(Requirement requirement) => string.Join(", or ", requirement.Alternatives.Select(parts =>
        string.Join(" and ", parts.Select(p => p.From.StartsWith("group:", StringComparison.Ordinal)
            ? $"{p.Count} of {p.From["group:".Length..]}"
            : $"{p.Count} {p.From}{(p.Count == 1 ? "" : "s")}"))));

    internal static bool IsSame(Requirement a, Requirement b) =>
        a.Alternatives.Count == b.Alternatives.Count && a.Alternatives.Zip(b.Alternatives).All(p => p.First.SequenceEqual(p.Second));

    private static List<RequiredPart> JoinParts(IReadOnlyList<RequiredPart> a, IReadOnlyList<RequiredPart> b) =>
        [.. Summed(a).Concat(Summed(b)).GroupBy(p => p.From).Select(g => new RequiredPart(g.Key, g.Max(p => p.Count)))];

    /// <summary>A role named in two parts asks for the people of both, so the larger count is found only after they are added.</summary>
    private static IEnumerable<RequiredPart> Summed(IReadOnlyList<RequiredPart> parts) =>
        parts.GroupBy(p => p.From).Select(g => new RequiredPart(g.Key, g.Sum(p => p.Count)));

    /// <summary>The size of the largest matching of people to places (Kuhn's augmenting paths; the numbers are small).</summary>
    private static int Filled(IReadOnlyList<RequiredPart> parts, IReadOnlyList<Approver> approvers)
    {
        var people = approvers.DistinctBy(p => p.Person).ToList();
        var places = parts.SelectMany(p => Enumerable.Repeat(p, p.Count)).ToArray();
        var holder = new int[places.Length];
        Array.Fill(holder, -1);
        return Enumerable.Range(0, people.Count).Count(person => Seat(person, new bool[places.Length]));

        bool Seat(int person, bool[] tried)
        {
            for (var place = 0; place < places.Length; place++)
            {
                if (tried[place] || !people[person].Fits(places[place]))
                    continue;
                tried[place] = true;
                if (holder[place] >= 0 && !Seat(holder[place], tried))
                    continue;
                holder[place] = person;
                return true;
            }

            return false;
        }
    }
}
