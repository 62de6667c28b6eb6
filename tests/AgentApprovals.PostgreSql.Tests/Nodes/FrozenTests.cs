using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>A node that is frozen wherever it stands (SIGSTOP) holds up no stop, and commits nothing that no longer holds when it is thawed.</summary>
[Collection(SharedPair.Name)]
public sealed class FrozenTests(SharedPair nodes, ITestOutputHelper output)
{
    [Fact]
    public async Task In_the_middle_of_a_batch()
    {
        var pair = await nodes.WholeAsync();
        var slowest = 0d;
        for (var round = 0; round < Soak.Times(3); round++)
        {
            var run = await pair.SessionAsync(pair.B);
            var begun = 0;
            var asking = Enumerable.Range(0, 4).Select(async _ =>
            {
                var accepted = new List<JsonNode>();
                while (await run.Submit() is var answer)
                {
                    if (answer.Status != HttpStatusCode.Created)
                        return (Accepted: accepted, Last: answer);
                    accepted.Add(answer.Body!);
                    Interlocked.Increment(ref begun);
                }

                throw new UnreachableException();
            }).ToList();
            await Eventually.IsAsync(() => Task.FromResult(Volatile.Read(ref begun) > 8));
            pair.B.Freeze();
            var (receipt, seconds) = await StoppedAsync(pair, run);
            slowest = Math.Max(slowest, seconds);
            pair.B.Thaw();

            var accepted = new List<JsonNode>();
            foreach (var (some, last) in await Task.WhenAll(asking))
            {
                Assert.Contains(last.Code, new[] { "session_stopped", "unavailable" });
                accepted.AddRange(some);
            }

            var there = await pair.A.Admin.ActionsOf(run);
            Assert.Subset(there.Select(a => a.Text("id")).ToHashSet(), accepted.Select(a => a.Text("id")).ToHashSet());
            Assert.All(there, a => Assert.True(a.At("submittedAt") <= receipt.At("stoppedAt")));
        }

        output.WriteLine($"{Soak.Times(3)} nodes frozen in the middle of their batches: the other's stop took {slowest:0.00} s at most.");
        await pair.A.Admin.LedgerIsWhole();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Between_reading_and_committing(bool isStopped)
    {
        var pair = await nodes.WholeAsync();
        var run = await pair.SessionAsync(pair.B);
        (await run.Submit()).Is(HttpStatusCode.Created);
        var late = await LateAsync(pair, run, async () =>
        {
            if (isStopped)
                output.WriteLine($"A node frozen between reading and committing: the other's stop took {(await StoppedAsync(pair, run)).Seconds:0.00} s.");
        });
        if (isStopped)
            Assert.Contains(late.Code, new[] { "session_stopped", "unavailable" });
        else
            late.Is(HttpStatusCode.Created);
        // Without the stop it was written: nothing but the head that had moved kept it out.
        Assert.Equal(isStopped ? 1 : 2, (await pair.A.Admin.ActionsOf(run)).Count);
        await pair.A.Admin.LedgerIsWhole();
    }

    [Fact]
    public async Task With_half_a_batch_on_the_wire()
    {
        var pair = await nodes.WholeAsync();
        var run = await pair.SessionAsync(pair.B);
        var payload = new { body = new string('x', 200_000) };
        // The first goes by itself; those that came meanwhile are a batch together, of 4 MiB at most, and stay on the wire by half.
        pair.LineB.StallAfter(1024 * 1024);
        var asked = Enumerable.Range(0, 24).Select(i => run.Submit(Scene.Post($"forum://{i}", payload))).ToList();
        await Eventually.IsAsync(() => Task.FromResult(pair.LineB.HoldsBack), 30);
        pair.B.Freeze();
        var (receipt, seconds) = await StoppedAsync(pair, run);
        output.WriteLine($"1 MiB of 4.8 MB on the wire and the node frozen: the other's stop took {seconds:0.00} s.");
        pair.LineB.Mend();
        pair.B.Thaw();

        var answers = await Task.WhenAll(asked);
        var there = await pair.A.Admin.ActionsOf(run);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Contains(a.Code, new[] { "session_stopped", "unavailable" }));
        Assert.Contains(answers, a => a.Status != HttpStatusCode.Created);
        Assert.Subset(there.Select(a => a.Text("id")).ToHashSet(), answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Text("id")).ToHashSet());
        Assert.All(there, a => Assert.True(a.At("submittedAt") <= receipt.At("stoppedAt")));
        await pair.A.Admin.LedgerIsWhole();
    }

    /// <summary>What is asked of the second node comes to its answer: it is frozen with the very message on the line that would commit it, and thawed afterwards.</summary>
    internal static async Task<Answer> LateAsync(Pair pair, Run run, Func<Task> meanwhile)
    {
        var mark = $"mark-{Guid.NewGuid():N}";
        pair.LineB.StallAt(mark);
        var late = run.Submit(Scene.Post(payload: new { body = mark }));
        await Eventually.IsAsync(() => Task.FromResult(pair.LineB.HoldsBack));
        pair.B.Freeze();
        await meanwhile();
        // What it had sent arrives while it is frozen.
        pair.LineB.Mend();
        await Eventually.IsAsync(() => Task.FromResult(!pair.LineB.HoldsBack));
        pair.B.Thaw();
        return await late;
    }

    internal static async Task<(JsonNode Receipt, double Seconds)> StoppedAsync(Pair pair, Run run)
    {
        var began = Stopwatch.GetTimestamp();
        var receipt = (await pair.A.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Assert.InRange(seconds, 0, 3);
        Assert.Equal("confirmed", receipt["layers"]![0]!.Text("state"));
        return (receipt, seconds);
    }
}
