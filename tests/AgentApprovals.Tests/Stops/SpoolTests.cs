using System.Net;
using AgentApprovals.Live;
using AgentApprovals.Stops;
using AgentApprovals.Tests.Console.Plain;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Stops;

/// <summary>A stop while the database is away: it acts at once, is kept on disk, and is entered once when the database is back.</summary>
public sealed class SpoolTests : IAsyncDisposable
{
    private readonly Outage _outage = new();

    public ValueTask DisposeAsync() => _outage.DisposeAsync();

    private StopSpool Spool => _outage.Console.Services.GetRequiredService<StopSpool>();

    [Fact]
    public async Task A_stop_with_the_database_down_is_in_force_at_once_and_says_what_it_is_not()
    {
        var scene = await Scene.SetAsync(_outage.Console);
        var (run, other) = (await scene.SessionAsync(), await scene.SessionAsync());
        await run.Submitted();
        await other.Submitted();
        var poll = run.Agent.Get($"actions/{(await run.Submitted())["id"]}?wait=60");
        await using var stream = await EventClient.OpenAsync(run.Agent);
        await HeldOpenAsync(2);
        _outage.Begin();

        var receipt = (await scene.Admin.Post($"sessions/{run.Id}/stop", new { reason = "It went astray" })).Is(HttpStatusCode.Accepted);
        Assert.Equal("waiting", receipt["layers"]![0]!.Text("state"));
        Assert.Matches("^in force on node .+, other nodes not told, not yet recorded$", receipt["layers"]![0]!.Text("detail"));
        Assert.Equal("waiting", receipt["layers"]![1]!.Text("state"));
        Assert.Matches("^1 long-poll, 1 event stream closed on node .+; other nodes not told$", receipt["layers"]![1]!.Text("detail"));
        Assert.Equal(run.Id, receipt.Text("targetId"));
        (await poll).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        // Until it is recorded no agent is let in, and the receipt can be read.
        (await other.Submit()).IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Equal(receipt.Text("id"), (await scene.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK).Text("id"));

        _outage.End();
        await Eventually.IsAsync(async () => (await other.Submit()).Status == HttpStatusCode.Created);
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        var entered = (await scene.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK);
        Assert.Equal("It went astray", entered.Text("reason"));
        await Eventually.IsAsync(async () => (await scene.Admin.Get($"stops/{receipt["id"]}")).Body!["layers"]![0]!.Text("state") == "confirmed");
        Assert.Single((await scene.Admin.Get("stops")).Body!["items"]!.AsArray());
        Assert.Empty(Directory.GetFiles(Spool.Folder, "*.json"));
    }

    [Fact]
    public async Task A_spooled_stop_is_entered_before_a_new_process_serves_anybody()
    {
        var scene = await Scene.SetAsync(_outage.Console);
        var run = await scene.SessionAsync();
        await run.Submitted();
        var token = run.Agent.Client.DefaultRequestHeaders.Authorization!.Parameter;
        _outage.Begin();
        var receipt = (await scene.Admin.Post($"agents/{scene.AgentId}/stop")).Is(HttpStatusCode.Accepted);
        var file = Assert.Single(Directory.GetFiles(Spool.Folder, "*.json"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        // Its process is gone without having entered it: what is left is the file.
        var kept = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var folder = _outage.Console.Folder;
        await _outage.Console.DisposeAsync();
        await File.WriteAllBytesAsync(file, kept, TestContext.Current.CancellationToken);

        await using var next = new TestConsole(timer: false, hangfire: false, folder: folder);
        (await next.As(token).Get("sessions/current")).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        Assert.Equal(scene.AgentId, (await next.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK).Text("targetId"));
        Assert.Equal("stopped", (await next.Admin.Get($"agents/{scene.AgentId}")).Is(HttpStatusCode.OK).Text("state"));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task However_often_it_is_replayed_it_is_one_stop()
    {
        var scene = await Scene.SetAsync(_outage.Console);
        var run = await scene.SessionAsync();
        await run.Submitted();
        _outage.Begin();
        var receipt = (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        var stop = Assert.Single(Spool.Kept);
        _outage.End();
        await Eventually.IsAsync(() => Task.FromResult(Spool.IsEmpty));
        Spool.Keep(stop);
        await Eventually.IsAsync(() => Task.FromResult(Spool.IsEmpty));
        Assert.Equal(receipt.Text("id"), Assert.Single((await scene.Admin.Get("stops")).Body!["items"]!.AsArray())!.Text("id"));
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
    }

    [Fact]
    public async Task Whoever_this_node_does_not_know_stops_nothing_with_the_database_down()
    {
        var scene = await Scene.SetAsync(_outage.Console);
        var run = await scene.SessionAsync();
        await run.Submitted();
        var (known, _, _) = await scene.PersonAsync(["Reviewer"]);
        var (bystander, _, _) = await scene.PersonAsync([]);
        var (never, _, _) = await scene.PersonAsync(["Administrator"]);
        (await known.Get("actions")).Is(HttpStatusCode.OK);
        (await bystander.Get("actions")).Is(HttpStatusCode.OK);
        _outage.Begin();
        await Eventually.IsAsync(async () => (await known.Get("actions")).Code == "unavailable");

        Assert.Contains((await bystander.Post($"sessions/{run.Id}/stop")).Status, new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound });
        Assert.Contains((await bystander.Post("stop")).Status, new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.Forbidden });
        (await run.Agent.Post("stop")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        Assert.True(Spool.IsEmpty);
        (await known.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        Assert.Single(Spool.Kept);
        // The token of somebody who was never seen since its making is in no memory but by its own entry, which came through here.
        (await never.Post("stop")).Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_node_that_has_lost_the_database_lets_no_agent_in_and_cuts_off_those_who_are()
    {
        var scene = await Scene.SetAsync(_outage.Console);
        var run = await scene.SessionAsync();
        var poll = run.Agent.Get($"actions/{(await run.Submitted())["id"]}?wait=60");
        await using var stream = await EventClient.OpenAsync(run.Agent);
        (await run.Agent.Get("sessions/current")).Is(HttpStatusCode.OK);
        await HeldOpenAsync(2);
        using var health = _outage.Console.Http();
        Assert.Equal(HttpStatusCode.OK, (await health.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
        _outage.Begin();
        (await poll).IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        await Eventually.IsAsync(() => Task.FromResult(stream.Ended.IsCompleted));
        Assert.DoesNotContain("session.stopped", stream.Kinds);
        var refused = await run.Agent.Get("sessions/current");
        refused.IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(refused.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        var ready = await health.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("agents are refused", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        _outage.End();
        await Eventually.IsAsync(async () => (await run.Submit()).Status == HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_stop_page_takes_a_stop_with_the_database_down_and_shows_its_receipt()
    {
        var scene = await Scene.SetAsync(_outage.Console);
        var run = await scene.SessionAsync();
        await run.Submitted();
        var (browser, _, _) = await Browser.OfAsync(scene, ["Reviewer"]);
        var address = $"/stop?session={run.Id}";
        (await browser.Go(address)).Is(HttpStatusCode.OK);
        _outage.Begin();
        var page = (await browser.Go(address)).Is(HttpStatusCode.OK);
        var receipt = (await browser.Follow((await browser.Send(page, "/stop", ("target", $"session:{run.Id}"))).Is(HttpStatusCode.SeeOther))).Is(HttpStatusCode.OK);
        Assert.Contains("other nodes not told, not yet recorded", receipt.Text, StringComparison.Ordinal);
        _outage.End();
        await Eventually.IsAsync(async () => (await run.Agent.Get("sessions/current")).Code == "session_stopped");
        await Eventually.IsAsync(async () => !(await browser.Go(receipt.Address)).Text.Contains("not yet recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hosts_own_command_stops_with_the_database_up_and_down()
    {
        if (OperatingSystem.IsWindows())
            return;
        var scene = await Scene.SetAsync(_outage.Console);
        var (other, key) = await scene.AgentAsync("other");
        var (run, theirs) = (await scene.SessionAsync(), await scene.SessionAsync(key: key));
        await run.Submitted();
        await theirs.Submitted();
        var socket = Assert.Single(Directory.GetFiles(Spool.Folder, "*.sock"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Spool.Folder));

        var (code, said) = await CommandAsync("--agent", "forum-helper", "--reason", "Seen in the log");
        Assert.Equal(0, code);
        Assert.Contains("console: confirmed", said, StringComparison.Ordinal);
        (await run.Submit()).IsRefused(HttpStatusCode.Forbidden, "session_stopped");
        (await theirs.Submit()).Is(HttpStatusCode.Created);
        var stop = Assert.Single((await scene.Admin.Get("stops")).Body!["items"]!.AsArray())!;
        Assert.Equal("operator", stop["by"]!.Text("name"));
        Assert.Equal("Seen in the log", stop.Text("reason"));
        Assert.Equal(1, (await CommandAsync("--agent", "nobody")).Code);

        _outage.Begin();
        (code, said) = await CommandAsync("--all");
        Assert.Equal(0, code);
        Assert.Contains("not yet recorded", said, StringComparison.Ordinal);
        (await theirs.Submit()).IsRefused(HttpStatusCode.ServiceUnavailable, "unavailable");
        _outage.End();
        await Eventually.IsAsync(async () => (await theirs.Submit()).Code == "session_stopped");
        (await _outage.Console.As(key).Post("sessions", new { onBehalfOf = "dana@example.com" })).IsRefused(HttpStatusCode.Forbidden, "everything_stopped");
        Assert.Equal(other, (await scene.Admin.Get($"agents/{other}")).Body!.Text("id"));
        Assert.Equal(64, (await CommandAsync("--all", "--agent", "other")).Code);
        Assert.Equal(64, (await CommandAsync()).Code);
    }

    private Task HeldOpenAsync(int count) => Eventually.IsAsync(() => Task.FromResult(_outage.Console.Services.GetRequiredService<Connections>().Count == count));

    private async Task<(int Code, string Said)> CommandAsync(params string[] args)
    {
        await using var to = new StringWriter();
        return (await StopVerb.RunAsync(args, Spool.Folder, to, to), to.ToString());
    }
}
