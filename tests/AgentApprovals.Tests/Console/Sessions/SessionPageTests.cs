using System.Net;
using AgentApprovals.Console.Layout;
using AgentApprovals.Console.Sessions;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Sessions;

/// <summary>One session and its timeline, over a real console.</summary>
public sealed class SessionPageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_timeline_tells_everything_in_words_and_goes_on_by_itself()
    {
        var scene = await Scene.SetAsync(_console, rules: new[] { Scene.Rule(hold: 600) });
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        (await run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "not_released");
        await using var context = await OpenAsync(scene);
        var page = Open(context, run.Id);
        page.WaitForAssertion(() => Assert.Equal(
            ["forum-helper opened the session", "forum-helper asked", "forum-helper tried to execute it: refused"], Said(page)));
        Assert.Contains("1 asked · 1 refused attempts", page.Find(".counts").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/?id={action["id"]}", page.Find(".told .about").GetAttribute("href"));

        await ApproveAsync(scene, action);
        page.WaitForAssertion(() => Assert.Equal("root@example.com approved; that is enough", Said(page)[^1]));
        (await scene.Admin.Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment = "<b>No</b>" })).Is(HttpStatusCode.OK);
        page.WaitForAssertion(() => Assert.Equal("root@example.com denied it", Said(page)[^1]));
        Assert.Contains("“<b>No</b>”", page.Find(".timeline").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".timeline .told b b"));
    }

    [Fact]
    public async Task A_stop_is_told_with_the_time_it_took_and_the_stop_is_no_longer_aimed_at_what_is_over()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await run.Submitted();
        await using var context = await OpenAsync(scene);
        var page = Open(context, run.Id);
        var target = context.Services.GetRequiredService<StopTarget>();
        page.WaitForAssertion(() => Assert.Equal($"/stop?agent={scene.AgentId}&session={run.Id}", target.Address));
        Assert.Empty(page.FindAll(".took"));

        (await scene.Admin.Post($"sessions/{run.Id}/stop", new { reason = "Enough" })).Is(HttpStatusCode.Accepted);
        page.WaitForAssertion(() => Assert.Contains("root@example.com stopped it", Said(page)));
        page.WaitForAssertion(() => Assert.Contains("From its first request to the stop:", page.Find(".took").TextContent, StringComparison.Ordinal));
        Assert.Equal($"/stop?agent={scene.AgentId}", target.Address);
        Assert.Contains("“Enough”", page.Find(".timeline").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeline_is_narrowed_and_turned_by_its_address()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await run.Submitted(Scene.Post(resource: "forum://a"));
        await run.Submitted(Scene.Post(resource: "forum://b"));
        await using var context = await OpenAsync(scene);
        var page = Open(context, run.Id, "?kind=asked&order=newest");
        page.WaitForAssertion(() => Assert.Equal(["forum://b", "forum://a"], page.FindAll(".about bdi:last-child").Select(b => b.TextContent)));
        Assert.Equal(2, page.FindAll(".told").Count);
    }

    [Fact]
    public async Task Whoever_may_not_know_of_a_session_reads_that_there_is_none()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var (_, _, stranger) = await scene.PersonAsync([]);
        var (_, _, auditor) = await scene.PersonAsync(["Auditor"]);
        Assert.Contains("There is no such session", Shown(stranger), StringComparison.Ordinal);
        Assert.Contains("opened the session", Shown(auditor), StringComparison.Ordinal);

        string Shown(string person)
        {
            using var context = new PageContext(_console, person);
            var page = Open(context, run.Id);
            page.WaitForState(() => page.Markup.Length > 0);
            return page.Markup;
        }
    }

    private static async Task ApproveAsync(Scene scene, System.Text.Json.Nodes.JsonNode action) =>
        (await scene.Admin.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = action["payloadDigest"] })).Is(HttpStatusCode.OK);

    private static List<string> Said(IRenderedComponent<SessionPage> page) => [.. page.FindAll(".told .sentence").Select(s => s.TextContent)];

    private async Task<PageContext> OpenAsync(Scene scene) => new(_console, (await scene.PersonAsync(["Reviewer"])).Id);

    private static IRenderedComponent<SessionPage> Open(PageContext context, string id, string query = "")
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/sessions/{id}{query}");
        return context.Render<SessionPage>(p => p.Add(s => s.Id, Guid.Parse(id)));
    }
}
