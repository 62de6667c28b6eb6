using AgentApprovals.Model;
using CsCheck;
using Xunit;

namespace AgentApprovals.Tests.Model;

/// <summary>What happens at once has one order: the answers and what is left are those of some order of the same deeds in the model.</summary>
public sealed class ParallelTests
{
    private sealed record Deed(string Name, Func<ISubject, string> Do);

    private static readonly Gen<Deed> Deeds = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 7], Gen.Int[0, 2]).Select((what, person, number) => what switch
    {
        0 or 1 or 2 => new Deed($"approve {person}", it => it.Approve(person, 0, null, null)),
        3 => new Deed($"edit {person} {number}", it => it.Approve(person, 0, 0, number)),
        4 => new Deed($"deny {person}", it => it.Deny(person, 0)),
        5 => new Deed($"take back {person}", it => it.TakeBack(person, 0)),
        6 => new Deed("redeem", it => it.Redeem(0, 0, null)),
        7 => new Deed("withdraw", it => it.Withdraw(0, 0)),
        8 => number == 0 ? new Deed("end", it => it.End(0)) : new Deed("stop", it => it.Stop(number == 1 ? 0 : null)),
        _ => new Deed($"direct {person}", it => it.Direct(4, 0, number > 0)),
    });

    [Fact]
    public void What_happens_at_once_happened_in_some_order() => Gen.Select(PlainRule.Policies, Gen.Int[0, 1].List[0, 2], Deeds.Array[2, 4]).Sample((policy, before, deeds) =>
    {
        IReadOnlyList<PlainRule>[] policies = [policy];
        using var real = new RealLedger();
        var product = new Product(real, policies, (_, _) => { });
        Prepare(product, before);
        // A real start for each at once: the writer takes them as they come, stops first.
        using var together = new Barrier(deeds.Length);
        var answers = new string[deeds.Length];
        var threads = deeds.Select((deed, i) => new Thread(() =>
        {
            together.SignalAndWait();
            answers[i] = deed.Do(product);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        var left = product.View().ToList();
        return Orders(deeds.Length).Any(order =>
        {
            var model = new PlainModel(policies, _ => true);
            Prepare(model, before);
            return order.All(i => deeds[i].Do(model) == answers[i]) && left.SequenceEqual(model.View());
        });
    }, iter: Soak.Times(10), threads: 1, print: t => $"{string.Join('\n', t.Item1)}\nafter {string.Join(',', t.Item2)}: {string.Join(", ", t.Item3.Select(d => d.Name))}");

    /// <summary>One action of a kind that is always risky, perhaps with an approval, and perhaps time enough for its release.</summary>
    private static void Prepare(ISubject it, List<int> before)
    {
        it.Open("dana@example.com");
        it.Submit(0, "forum.post", 0, 0, "boss@example.com", null);
        foreach (var what in before)
        {
            if (what == 0)
                it.Approve(1, 0, null, null);
            else
                it.Pass(60_000);
        }
    }

    private static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count - 1, .. order[at..]]));
}
