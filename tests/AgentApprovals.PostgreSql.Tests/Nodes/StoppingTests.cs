using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using AgentApprovals.Tests.Runner;
using AgentApprovals.Tests.Stops;
using AgentApprovals.Tests.Webhooks;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>A stop that one node answers holds on the other.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task A_stop_answered_by_one_node_holds_on_the_other_and_its_receipt_names_both()
    {
        await using var pair = await Pair.StartAsync();
        var took = new List<double>();
        for (var round = 0; round < Soak.Times(50); round++)
        {
            var run = await pair.SessionAsync(pair.A);
            var there = pair.B.As(run);
            (await there.Get("sessions/current")).Is(HttpStatusCode.OK);
            var flood = Enumerable.Range(0, 4).Select(async i =>
            {
                var accepted = new List<DateTime>();
                while (true)
                {
                    var answer = await (i % 2 == 0 ? run.Agent : there).Post("actions", Scene.Post());
                    if (answer.Status != HttpStatusCode.Created)
                        return (Last: answer, Accepted: accepted);
                    accepted.Add(DateTime.Parse(answer.Text("submittedAt"), System.Globalization.CultureInfo.InvariantCulture));
                }
            }).ToList();
            await Eventually.IsAsync(async () => (await pair.B.Admin.Get($"actions?sessionId={run.Id}")).Body!["items"]!.AsArray().Count > 2);
            var receipt = (await pair.A.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
            var began = Stopwatch.GetTimestamp();
            await Eventually.IsAsync(async () => (await there.Get("sessions/current")).Code == "session_stopped", 10);
            took.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            foreach (var (last, accepted) in await Task.WhenAll(flood))
            {
                last.IsRefused(HttpStatusCode.Forbidden, "session_stopped");
                Assert.All(accepted, at => Assert.True(at <= DateTime.Parse(receipt.Text("stoppedAt"), System.Globalization.CultureInfo.InvariantCulture)));
            }

            Assert.Equal("confirmed", receipt["layers"]![0]!.Text("state"));
        }

        // A build's machine may stand still for a moment: the worst of them is for a quiet one (soak) to judge.
        Assert.InRange(took.Order().ElementAt(took.Count / 2), 0, 1);
    }

    [Fact]
    public async Task The_receipt_names_what_each_node_closed()
    {
        await using var pair = await Pair.StartAsync();
        var run = await pair.SessionAsync(pair.A);
        var there = pair.B.As(run);
        var action = (await run.Submit()).Is(HttpStatusCode.Created);
        var polls = new[] { run.Agent, run.Agent }.Select(a => a.Get($"actions/{action["id"]}?wait=25")).ToList();
        await using var stream = await EventClient.OpenAsync(there);
        await Eventually.IsAsync(async () => (await there.Post("actions", Scene.Post())).Status == HttpStatusCode.Created && stream.Kinds.Length > 0);
        var receipt = (await pair.A.Admin.Post($"agents/{pair.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        foreach (var poll in polls)
            (await poll).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        JsonNode? live = null;
        await Eventually.IsAsync(async () => (live = (await pair.B.Admin.Get($"stops/{receipt["id"]}")).Body!["layers"]![1])!.Text("state") == "confirmed");
        Assert.Equal($"2 long-polls on node {pair.A.Name}, 1 event stream on node {pair.B.Name} closed", live!.Text("detail"));
        // Everything is one order for both: who looks at the other node sees the same.
        Assert.Equal("stopped", (await pair.B.Admin.Get($"agents/{pair.AgentId}")).Body!.Text("state"));
        (await pair.B.As(pair.Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "agent_stopped");
    }

    [Fact]
    public async Task A_node_that_stands_still_is_named_and_holds_up_no_stop()
    {
        await using var pair = await Pair.StartAsync();
        var run = await pair.SessionAsync(pair.A);
        var there = pair.B.As(run);
        (await there.Get("sessions/current")).Is(HttpStatusCode.OK);
        pair.B.Freeze();
        var began = Stopwatch.GetTimestamp();
        var receipt = (await pair.A.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 3);
        Assert.Equal("confirmed", receipt["layers"]![0]!.Text("state"));
        Assert.Equal("waiting", receipt["layers"]![1]!.Text("state"));
        Assert.Contains($"node {pair.B.Name} has not reported", receipt["layers"]![1]!.Text("detail"), StringComparison.Ordinal);
        var late = there.Post("actions", Scene.Post());
        pair.B.Thaw();
        Assert.Contains((await late).Code, new[] { "session_stopped", "unavailable" });
        await Eventually.IsAsync(async () => (await there.Get("sessions/current")).Code == "session_stopped");
        await Eventually.IsAsync(async () => (await pair.A.Admin.Get($"stops/{receipt["id"]}")).Body!["layers"]![1]!.Text("state") == "confirmed");
    }

    [Fact]
    public async Task A_node_that_hears_of_a_stop_once_all_of_it_is_written_down_has_the_runners_there_kill_all_the_same()
    {
        await using var pair = await Pair.StartAsync();
        var opened = (await pair.A.As(pair.Key).Post("sessions", new { onBehalfOf = "dana@example.com", runner = Supervised.With() })).Is(HttpStatusCode.Created);
        await using var runner = await RunnerClient.ConnectAsync(pair.B.Address, opened.Text("runnerToken"));
        await runner.RenewAsync();
        pair.B.Freeze();
        var stop = (await pair.A.Admin.Post($"sessions/{opened["id"]}/stop")).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(async () => (await pair.A.Admin.Get("ledger?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Any(e => e!.Text("kind") == "stop.settled"));
        pair.B.Thaw();
        await Eventually.IsAsync(async () => Supervised.Layer(stop = await pair.A.Admin.ReceiptAsync(stop), "process").State == "confirmed", said: () => stop.ToJsonString());
        Assert.Equal([RunnerHub.Stop], runner.Told);
    }

    [Fact]
    public async Task Whichever_node_acts_an_endpoint_is_told_once_of_each_stop_and_once_at_each_try()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var pair = await Pair.StartAsync();
        var tries = new ConcurrentDictionary<string, int>();
        // Each stop is refused the first time: both nodes know that it is to be told again, and when.
        receiver.Answer = r => tries.AddOrUpdate(r.Id, 1, (_, n) => n + 1) == 1 ? 503 : 200;
        await pair.A.Admin.CutOffAsync(receiver.Url);
        var stops = new List<JsonNode>();
        for (var i = 0; i < Soak.Times(6); i++)
        {
            var run = await pair.SessionAsync(pair.A);
            stops.Add((await (i % 2 == 0 ? pair.A : pair.B).Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted));
        }

        // At once, wherever the endpoint was registered and the stop ordered: long before anybody takes over what was left.
        await Eventually.IsAsync(() => Task.FromResult(receiver.Of("stop.ordered").Select(r => r.Id).Distinct().Count() == stops.Count));
        foreach (var stop in stops)
            await pair.B.Admin.UntilAsync(stop, "confirmed");
        Assert.Equal(stops.Select(s => s.Text("id")).Order(), receiver.Of("stop.ordered").Select(r => (string)r.Json["data"]!["id"]!).Distinct().Order());
        Assert.All(tries, t => Assert.Equal(2, t.Value));
    }
}
