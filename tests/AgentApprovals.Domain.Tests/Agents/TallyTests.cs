using AgentApprovals.Domain.Agents;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Agents;

public sealed class TallyTests
{
    private static readonly Moment Start = new(1_800_000_000_000);

    [Fact]
    public void One_counts_until_the_window_has_passed_and_not_at_that_very_instant()
    {
        var tally = new Tally(3600);
        tally.Add(Start);
        Assert.Equal(1, tally.Count(new(Start.Milliseconds + 3_599_999)));
        Assert.Equal(0, tally.Count(Start.PlusSeconds(3600)));
    }

    /// <summary>Never less than a plain count, and more only by what a bucket keeps together.</summary>
    [Fact]
    public void It_counts_no_less_than_a_plain_count_and_at_most_a_bucket_longer() => Gen.Select(Gen.Int[1, 3600], Gen.Select(Gen.Int[0, 400_000], Gen.Bool).List[1, 60]).Sample((seconds, steps) =>
    {
        var tally = new Tally(seconds);
        var plain = new List<Moment>();
        var now = Start;
        foreach (var (wait, remove) in steps)
        {
            now = new(now.Milliseconds + wait);
            if (remove && plain.Count > 0)
            {
                tally.Remove(plain[^1]);
                plain.RemoveAt(plain.Count - 1);
            }
            else
            {
                tally.Add(now);
                plain.Add(now);
            }

            var count = tally.Count(now);
            var window = new Moment(now.Milliseconds - (seconds * 1000L));
            if (count < plain.Count(at => at > window) || count > plain.Count(at => at > new Moment(window.Milliseconds - (seconds * 1000L / 60) - 1)))
                return false;
        }

        return true;
    });
}
