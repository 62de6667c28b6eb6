using System.Collections.Immutable;
using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Domain.Agents;

/// <summary>
/// An agent's record of one UTC day, kept as counters that move with the ledger (<see cref="Counters"/>): <c>submitted</c>, <c>denied</c>,
/// <c>expired</c> and so on, <c>type:…</c>, <c>permission:…</c> and <c>hour:…</c> for submissions, <c>risk</c> for the sum of their scores. What risk
/// and the managers' pages read; never computed by scanning.
/// </summary>
public sealed record AgentDay(long AgentSequence, int Day, ImmutableSortedDictionary<string, int> Counts)
{
    /// <summary>Counts sessions that were cut off, also those in which nothing waited.</summary>
    public const string SessionsStopped = Counters.SessionsStopped;

    /// <summary>What types beyond the first hundred of a day are counted under: an agent that makes up names can't make its record grow without end.</summary>
    public const string OtherTypes = "…";
    private const int MostTypes = 100;

    /// <summary>Counts bursts that opened.</summary>
    public const string Bursts = Counters.Bursts;

    /// <summary>Where each day begins: names are compared by their code units, for risk looks many of them up with each submission.</summary>
    public static ImmutableSortedDictionary<string, int> NoCounts { get; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    public int this[string name] => Counts.GetValueOrDefault(name);

    public AgentDay Plus(string name, int by = 1) => this with { Counts = Counts.SetItem(name, this[name] + by) };

    /// <summary>What a submission of this type is counted under.</summary>
    public string NameOf(string type)
    {
        if (Counts.Count <= MostTypes || Counts.ContainsKey(Counters.Type + type))
            return type;
        return Counts.Keys.Count(k => k.StartsWith(Counters.Type, StringComparison.Ordinal)) < MostTypes ? type : OtherTypes;
    }

    /// <summary>The day after what moved in it.</summary>
    internal AgentDay After(IEnumerable<Count> moved)
    {
        ImmutableSortedDictionary<string, int>.Builder? counts = null;
        foreach (var (name, by, whose) in moved)
        {
            if (whose == Whose.Fleet)
                continue;
            counts ??= Counts.ToBuilder();
            counts[name] = counts.GetValueOrDefault(name) + by;
        }

        return counts is null ? this : this with { Counts = counts.ToImmutable() };
    }

    /// <summary>The day as it was without the submission of <paramref name="action"/>, as far as risk reads it.</summary>
    public AgentDay Without(ActionState action)
    {
        var type = Counters.Type + action.Type;
        var day = this[type] > 0 ? Plus(type, -1) : this;
        return day.Plus(Counters.Submitted, -1).Plus($"{Counters.Hour}{action.SubmittedAt.Hour:00}", -1);
    }
}
