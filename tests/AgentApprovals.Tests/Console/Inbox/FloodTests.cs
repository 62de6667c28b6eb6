using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Security;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Console.Inbox;

/// <summary>
/// One agent's junk and one critical request of another, over HTTP and in real time. <c>AA_SOAK=10</c> sends the ten thousand; what others
/// wait for in the ledger's queue is counted in LedgerQueueTests, where no neighbour of this machine disturbs.
/// </summary>
public sealed class FloodTests : IAsyncLifetime
{
    private readonly TestConsole _console = new();
    private Scene _scene = null!;
    private Guid _reviewer;

    public async ValueTask InitializeAsync()
    {
        _scene = await Scene.SetAsync(_console, name: "noisy");
        _reviewer = Guid.Parse((await _scene.PersonAsync(["Reviewer"])).Id);
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    /// <summary>As agents are, limited; and the control: with the limits off, the flood gets in whole, and is one row all the same.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_one_critical_among_the_junk_of_another_stands_first_within_two_seconds(bool limited)
    {
        var much = new { maxPending = 1_000_000, maxActionsPerMinute = 1_000_000 };
        if (!limited)
            (await _scene.Admin.Patch($"agents/{_scene.AgentId}", new { limits = much })).Is(HttpStatusCode.OK);
        var quiet = await _scene.SessionAsync(key: (await _scene.AgentAsync("quiet", new { limits = much })).Key);
        var critical = await _scene.SessionAsync(key: (await _scene.AgentAsync("critical")).Key);
        var before = await WaitsAsync(quiet, () => Soak.Times(10));
        var (board, list) = await InboxAsync();
        using var _ = board;

        var junk = Soak.Times(1000);
        var refused = 0;
        var noisy = await _scene.SessionAsync();
        var flood = Soak.RunAsync(junk, 16, async i =>
        {
            if ((await noisy.Submit(Scene.Post($"wiki://{i}", new { i }, "wiki.edit"))).Status == HttpStatusCode.TooManyRequests)
                Interlocked.Increment(ref refused);
        });
        var waits = WaitsAsync(quiet, () => flood.IsCompleted ? 0 : int.MaxValue);
        await Eventually.IsAsync(() => Task.FromResult(Gathered(list) > 50));
        var began = Stopwatch.GetTimestamp();
        var asked = await critical.Submitted(Scene.Post("bank://1", new { recipients = new int[500], note = "\u202Ehidden" }, "payment.send"));
        Assert.Equal("critical", asked["risk"]!.Text("level"));
        await Eventually.IsAsync(() => Task.FromResult(First(list) == asked.Text("id")), 2);
        var shown = Stopwatch.GetElapsedTime(began);
        await flood;
        var during = await waits;
        List<double> without = [.. before, .. await WaitsAsync(quiet, () => Soak.Times(10))];

        // Still first when all of the junk is in, which is one row.
        await Eventually.IsAsync(() => Task.FromResult(Gathered(list) >= Math.Min(junk - refused, 490)));
        Assert.Equal(asked.Text("id"), First(list));
        Assert.Equal(limited, refused > 0);
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine($"{junk} junk, {refused} refused; shown first after {shown.TotalMilliseconds:0} ms; others' p95 {P95(without):0.0} ms before and after, {P95(during):0.0} ms during");
        if (limited && junk >= 10_000)
            Assert.InRange(P95(during), 0, P95(without) * 1.1);
        if (!limited)
        {
            // The control: in the order of arrival it would stand behind most of it.
            var arrived = _console.Services.GetRequiredService<Board>().Waiting.OrderBy(v => v.Action.Sequence).Select(v => v.Action.Id.ToString()).ToList();
            Assert.True(arrived.IndexOf(asked.Text("id")) > 50);
        }

        await using var context = new PageContext(_console, _reviewer.ToString());
        var page = context.Render<InboxPage>();
        page.WaitForAssertion(() => Assert.Equal(limited, page.FindAll(".row .flag").Any(f => f.TextContent == "flooding")));
    }

    private async Task<(IDisposable Watch, InboxList List)> InboxAsync()
    {
        var (board, roster) = (_console.Services.GetRequiredService<Board>(), _console.Services.GetRequiredService<Roster>());
        var person = roster.Person(new PersonId(_reviewer))!;
        var list = new InboxList(v => v.Action.Status == ActionStatus.Pending, v => Standing.Of(person, v, roster).MayApprove);
        var watch = await board.WatchAsync(changed =>
        {
            lock (list)
                list.Apply(changed, isReading: false);
        });
        lock (list)
            list.Fill(board.Waiting);
        return (watch, list);
    }

    private static string? First(InboxList list)
    {
        lock (list)
            return list.Rows.FirstOrDefault()?.View.Action.Id.ToString();
    }

    private static int Gathered(InboxList list)
    {
        lock (list)
            return list.Rows.Where(r => r.Burst is not null).Sum(r => r.Count);
    }

    /// <summary>What an agent that asks ten times a second waits for its answers, in ms.</summary>
    private static async Task<List<double>> WaitsAsync(Run run, Func<int> most)
    {
        var waits = new List<double>();
        while (waits.Count < most())
        {
            var began = Stopwatch.GetTimestamp();
            await run.Submitted(Scene.Post($"calm://{waits.Count}", new { waits.Count }, "calm.edit"));
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(100, Xunit.TestContext.Current.CancellationToken);
        }

        return waits;
    }

    private static double P95(List<double> waits) => waits.Order().ElementAt(waits.Count * 95 / 100);
}
