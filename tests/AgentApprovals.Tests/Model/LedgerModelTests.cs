using System.Text;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Model;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Step = AgentApprovals.Model.Step;

namespace AgentApprovals.Tests.Model;

/// <summary>The reference model against the real writer and its database; <c>AA_SOAK</c> multiplies how many sequences.</summary>
public sealed class LedgerModelTests
{
    /// <summary>A ledger, or the model of it, with what each step of a sequence answered.</summary>
    private sealed record Side(ISubject Subject, List<string> Answers, RealLedger? Real = null);

    private static readonly Gen<(Side Actual, Side Model)> Beginnings = PlainRule.Policies.Array[2].Select(policies =>
    {
        var real = new RealLedger();
        var risky = new Dictionary<int, bool>();
        return (new Side(new Product(real, policies, (step, isRisky) => risky[step] = isRisky), [], real), new Side(new PlainModel(policies, risky.GetValueOrDefault), []));
    });

    [Fact]
    public void The_real_writer_does_what_the_contract_says_plainly() => Beginnings.SampleModelBased(
        Step.Any.Array[1, 8].Operation<Side, Side>(Act, Act),
        Gen.Const(new Step(Verb.Sweep, 0, 0, 0)).Operation<Side, Side>((actual, _) => actual.Real!.Restart(), (_, _) => { }),
        equal: (actual, model) =>
        {
            using var real = actual.Real!;
            return actual.Answers.SequenceEqual(model.Answers) && Timeline.Differing(actual.Subject, model.Subject) is null && Holds(real);
        },
        iter: Soak.Times(10),
        threads: 1,
        printActual: side => string.Join('\n', side.Answers.Concat(side.Subject.View())),
        printModel: side => string.Join('\n', side.Answers.Concat(side.Subject.View())));

    /// <summary>Two nodes take turns: each follows what the other wrote, and knows what a single one would.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_whole_timeline_leaves_a_ledger_that_replays_into_the_same_rows(int nodes) => Timeline.Any.Sample(timeline =>
    {
        using var real = new RealLedger(nodes);
        Assert.Null(timeline.Difference(real));
        Assert.True(Holds(real));
        real.Restart();
        real.Sweep();
        Assert.True(Holds(real));
    }, iter: Soak.Times(5), threads: 1);

    private static void Act(Side side, Step[] steps) => side.Answers.AddRange(steps.Select(step => step.On(side.Subject)));

    /// <summary>The chain is whole, the entries make the same rows and counters again, and no payload stands in them.</summary>
    private static bool Holds(RealLedger real)
    {
        using var db = real.Contexts.CreateDbContext();
        Assert.Null(real.Check().FirstInvalid);
        Assert.Empty(Replay.DifferencesAsync(real.Contexts).GetAwaiter().GetResult());
        Assert.Empty(Recount.DifferencesAsync(real.Contexts, real.Now).GetAwaiter().GetResult());
        Assert.DoesNotContain(db.Entries.AsNoTracking().Select(e => e.Bytes).ToList(), bytes => Encoding.UTF8.GetString(bytes).Contains("payload 0", StringComparison.Ordinal));
        return true;
    }
}
