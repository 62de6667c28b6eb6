using System.Net;
using AgentApprovals.Client.Runner;
using AgentApprovals.Console.Agents;
using AgentApprovals.Console.Sessions;
using AgentApprovals.Tests.Console.Agents;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Runner;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Sessions;

/// <summary>What the pages say of a session's process and its runner, and pausing it from there.</summary>
public sealed class RunnerPanelTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>, IAsyncDisposable
{
    private readonly List<PageContext> _open = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _open)
            await context.DisposeAsync();
    }

    [Fact]
    public async Task What_nothing_holds_is_marked_on_every_page_that_shows_it()
    {
        foreach (var mechanism in (string?[])[null, "none", "user", "cgroup"])
        {
            var scene = await clocked.SceneAsync();
            var run = mechanism is null ? await scene.SessionAsync() : (await Supervised.OpenAsync(scene, Supervised.With(mechanism))).Run;
            var isMarked = mechanism is null or "none";
            var context = await OpenAsync(scene, "Manager");
            Assert.Equal(isMarked ? 1 : 0, Marks(SessionOf(context, run.Id)));

            var agent = AgentOf(context, scene.AgentId, "sessions");
            agent.WaitForElement(".listing");
            Assert.Equal(isMarked ? 2 : 0, Marks(agent));
            agent.Says(isMarked ? "in 1 of 1 open sessions" : "open sessions, held by their runner: 1", ".facts dd");

            context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/sessions?agent={scene.AgentId}");
            var sessions = context.Render<SessionsPage>();
            sessions.WaitForElement(".listing");
            Assert.Equal(isMarked ? 1 : 0, Marks(sessions));
            if (mechanism == "cgroup")
                Assert.Equal("control group · build-7", sessions.Find(".process").TextContent.Trim());
        }
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("none", true)]
    [InlineData("user", false)]
    public async Task What_is_run_uncontained_is_marked_where_its_requests_are_decided(string? mechanism, bool isMarked)
    {
        var scene = await clocked.SceneAsync();
        var run = mechanism is null ? await scene.SessionAsync() : (await Supervised.OpenAsync(scene, Supervised.With(mechanism))).Run;
        var action = await run.Submitted();
        var context = await OpenAsync(scene, "Reviewer");
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?show=all&agent={scene.AgentId}&id={action["id"]}");
        var inbox = context.Render<AgentApprovals.Console.Inbox.Inbox>();
        inbox.WaitForElement(".decide");
        Assert.Equal(isMarked ? 1 : 0, inbox.FindAll(".row .unheld").Count);
        Assert.Equal(isMarked ? 1 : 0, inbox.FindAll("dd .unheld").Count);
    }

    [Fact]
    public async Task A_pause_is_said_to_be_asked_for_until_the_runner_has_confirmed_it()
    {
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene);
        var frozen = new TaskCompletionSource<CageReport>();
        await using var runner = await session.ConnectAsync(clocked.Console, order => order == RunnerHub.Pause ? frozen.Task : Task.FromResult(new CageReport(7, 7, 2)));
        await runner.RenewAsync();
        var page = SessionOf(await OpenAsync(scene, "Reviewer"), session.Id);
        page.Says("connected", ".contact");

        var pressing = page.PressAsync("Pause");
        page.Says("Asked to stand still; its runner has not confirmed it yet", ".still");
        Assert.Equal("active", page.Find(".session-state").TextContent);
        Assert.True(page.ButtonOf("Pause").HasAttribute("disabled"));
        frozen.SetResult(new(7, 7, 2));
        await pressing;
        page.Says("Paused: it stands still, as its runner confirmed", ".still");
        page.WaitForAssertion(() => Assert.Equal("paused", page.Find(".session-state").TextContent));
        page.Says("paused the session: its process stands still", ".told");

        await page.PressAsync("Continue");
        page.WaitForAssertion(() => Assert.Equal("active", page.Find(".session-state").TextContent));
        Assert.Equal([RunnerHub.Pause, RunnerHub.Continue], runner.Told);
    }

    [Fact]
    public async Task A_pause_that_no_runner_confirms_is_refused_in_words_and_nothing_is_said_to_be_paused()
    {
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene);
        var page = SessionOf(await OpenAsync(scene, "Reviewer"), session.Id);
        await page.PressAsync("Pause");
        page.Says("Its runner is not connected; nothing was changed.", "[role=alert]");
        Assert.False(page.ButtonOf("Pause").HasAttribute("disabled"));
        Assert.Equal("active", page.Find(".session-state").TextContent);
    }

    [Theory]
    [InlineData("cgroup", "Reviewer", true)]
    [InlineData("cgroup", "Auditor", false)]
    [InlineData("pidNamespace", "Reviewer", false)]
    [InlineData("none", "Reviewer", false)]
    public async Task It_is_offered_to_whom_the_API_would_let_where_it_can_be_done(string mechanism, string role, bool isOffered)
    {
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene, Supervised.With(mechanism));
        var page = SessionOf(await OpenAsync(scene, role), session.Id);
        Assert.Equal(isOffered, page.FindAll("button").Any(b => b.TextContent.Trim() == "Pause"));
    }

    [Fact]
    public async Task A_runner_that_is_not_heard_is_out_of_contact_and_what_it_proves_of_the_end_stays()
    {
        var scene = await clocked.SceneAsync();
        var session = await Supervised.OpenAsync(scene, Supervised.With(isolated: true));
        await using var runner = await session.ConnectAsync(clocked.Console);
        await runner.RenewAsync();
        var page = SessionOf(await OpenAsync(scene, "Reviewer"), session.Id);
        page.Says("connected", ".contact");
        page.Says("only the way to this console", ".box dd");
        clocked.Pass(15);
        page.Says("out of contact", ".contact");
        page.Says("After 15 s without this console its runner freezes it, after 30 s it kills it", ".box");
        await runner.RenewAsync();
        clocked.Pass(1);
        page.Says("connected", ".contact");

        (await scene.Admin.Post($"sessions/{session.Id}/stop")).Is(HttpStatusCode.Accepted);
        page.Says("7 killed in 5 ms, 0 left (a stop)", ".box dd");
        Assert.Empty(page.FindAll(".contact, .still button"));
    }

    private static int Marks<T>(IRenderedComponent<T> page) where T : IComponent => page.FindAll(".unheld").Count(m => m.TextContent == "stop cannot reach its process");

    private static IRenderedComponent<SessionPage> SessionOf(PageContext context, string id)
    {
        var page = context.Render<SessionPage>(p => p.Add(s => s.Id, Guid.Parse(id)));
        page.WaitForElement("aside .box");
        return page;
    }

    private static IRenderedComponent<AgentPage> AgentOf(PageContext context, string id, string tab)
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/agents/{id}?tab={tab}");
        return context.Render<AgentPage>(p => p.Add(a => a.Id, Guid.Parse(id)));
    }

    private async Task<PageContext> OpenAsync(Scene scene, string role)
    {
        var context = new PageContext(clocked.Console, (await scene.PersonAsync([role])).Id);
        _open.Add(context);
        return context;
    }
}
