using System.Diagnostics;
using System.Net;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>A node whose line to the database is cut: it lets no agent in, and it takes stops, which are on record once it is back.</summary>
[Collection(SharedPair.Name)]
public sealed class CutOffTests(SharedPair nodes, ITestOutputHelper output)
{
    [Fact]
    public async Task It_refuses_agents_takes_stops_and_has_them_recorded_when_it_is_back()
    {
        var pair = await nodes.WholeAsync();
        var (stopped, goesOn) = (await pair.SessionAsync(pair.B), await pair.SessionAsync(pair.B));
        var action = await stopped.Submitted();
        var poll = goesOn.Agent.Get($"actions/{(await goesOn.Submitted())["id"]}?wait=60");
        await using var stream = await EventClient.OpenAsync(goesOn.Agent);
        pair.LineB.Cut();
        var began = Stopwatch.GetTimestamp();
        await Eventually.IsAsync(async () => (await goesOn.Agent.Get("sessions/current")).Code == "unavailable");
        var refused = Stopwatch.GetElapsedTime(began).TotalSeconds;
        // Judged by the time since the last look that began: never later than the two seconds, but for a machine that stands still.
        Assert.InRange(refused, 0, 3);
        (await goesOn.Submit()).IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        (await poll).IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        await Task.WhenAny(stream.Ended).WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        began = Stopwatch.GetTimestamp();
        var receipt = (await pair.B.Admin.Post($"sessions/{stopped.Id}/stop", new { reason = "It went astray" })).Is(HttpStatusCode.Accepted);
        output.WriteLine($"A node that was cut off refused agents after {refused:0.00} s, and answered a stop in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s.");
        Assert.Equal("waiting", receipt["layers"]![0]!.Text("state"));
        Assert.Equal($"in force on node {pair.B.Name}, other nodes not told, not yet recorded", receipt["layers"]![0]!.Text("detail"));
        // It promises no more than is true: on the other node nothing has changed yet.
        (await pair.A.As(stopped).Get("sessions/current")).Is(HttpStatusCode.OK);

        pair.LineB.Mend();
        await Eventually.IsAsync(async () => (await pair.A.As(stopped).Get("sessions/current")).Code == "session_stopped");
        await Eventually.IsAsync(async () => (await goesOn.Submit()).Status == HttpStatusCode.Created);
        (await stopped.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        await Eventually.IsAsync(async () => (await pair.A.Admin.Get($"stops/{receipt["id"]}")).Body!["layers"]![0]!.Text("state") == "confirmed");
        Assert.Equal("It went astray", (await pair.A.Admin.Get($"stops/{receipt["id"]}")).Body!.Text("reason"));
        Assert.Equal("stopped", (await pair.A.Admin.Look(action)).Text("status"));
        Assert.Empty(Directory.GetFiles(pair.SpoolOf("b"), "*.json"));
    }

    [Fact]
    public async Task A_stop_that_it_took_is_recorded_after_it_was_killed_and_started_again()
    {
        var pair = await nodes.WholeAsync();
        var run = await pair.SessionAsync(pair.B);
        await run.Submitted();
        pair.LineB.Cut();
        var receipt = (await pair.B.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal("waiting", receipt["layers"]![0]!.Text("state"));
        await pair.B.KillAsync();
        Assert.Single(Directory.GetFiles(pair.SpoolOf("b"), "*.json"));
        (await pair.A.As(run).Get("sessions/current")).Is(HttpStatusCode.OK);

        await pair.RestartBAsync(waits: false);
        pair.LineB.Mend();
        await pair.B.ReadyAsync();
        (await pair.B.As(run).Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        await Eventually.IsAsync(async () => (await pair.A.As(run).Get("sessions/current")).Code == "session_stopped");
        Assert.Equal(run.Id, (await pair.A.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK).Text("targetId"));
        Assert.Empty(Directory.GetFiles(pair.SpoolOf("b"), "*.json"));
        await pair.A.Admin.LedgerIsWhole();
    }
}
