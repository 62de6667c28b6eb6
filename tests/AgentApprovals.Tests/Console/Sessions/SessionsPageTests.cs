using System.Net;
using AgentApprovals.Console.Sessions;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Sessions;

/// <summary>The list of sessions, over a real console.</summary>
public sealed class SessionsPageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task An_empty_list_says_what_will_appear_and_how()
    {
        await using var context = await OpenAsync(await Scene.SetAsync(_console));
        Assert.Contains("POST /api/v1/sessions", Open(context).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_stopped_says_so_where_it_stands_and_a_new_one_waits_behind_a_chip()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await using var context = await OpenAsync(scene);
        var page = Open(context);
        page.WaitForAssertion(() => Assert.Equal(["active"], States(page)));
        await run.Submitted();
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".waits").TextContent));

        await scene.SessionAsync("lee@example.com");
        page.WaitForAssertion(() => Assert.Equal("1 new", page.Find(".chip.new").TextContent.Trim()));
        Assert.Single(States(page));
        (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(HttpStatusCode.Accepted);
        page.WaitForAssertion(() => Assert.Equal(["stopped"], States(page)));
        await page.PressAtAsync(".chip.new");
        page.WaitForAssertion(() => Assert.Equal(["active", "stopped"], States(page)));
    }

    [Theory]
    [InlineData("?state=stopped", "dana@example.com")]
    [InlineData("?state=active", "lee@example.com")]
    [InlineData("?q=LEE%40", "lee@example.com")]
    [InlineData("?q=forum-help&state=ended", "")]
    public async Task A_list_is_narrowed_by_its_address(string query, string expected)
    {
        var scene = await Scene.SetAsync(_console);
        var stopped = await scene.SessionAsync();
        await scene.SessionAsync("lee@example.com");
        (await scene.Admin.Post($"sessions/{stopped.Id}/stop")).Is(HttpStatusCode.Accepted);
        await using var context = await OpenAsync(scene);
        var page = Open(context, query);
        page.WaitForAssertion(() => Assert.Equal(expected, string.Join(' ', page.FindAll(".agent .quiet bdi").Select(b => b.TextContent))));
        Assert.Equal(expected.Length == 0, page.Markup.Contains("No session is like that", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_without_a_role_sees_the_sessions_on_their_own_behalf_alone()
    {
        var scene = await Scene.SetAsync(_console);
        var (_, email, id) = await scene.PersonAsync([]);
        await scene.SessionAsync("lee@example.com");
        await scene.SessionAsync(email);
        await using var context = new PageContext(_console, id);
        var page = Open(context);
        page.WaitForAssertion(() => Assert.Single(States(page)));
        Assert.DoesNotContain("lee@example.com", page.Markup, StringComparison.Ordinal);
    }

    private static List<string> States(IRenderedComponent<SessionsPage> page) => [.. page.FindAll(".session-state").Select(s => s.TextContent)];

    private async Task<PageContext> OpenAsync(Scene scene) => new(_console, (await scene.PersonAsync(["Reviewer"])).Id);

    private static IRenderedComponent<SessionsPage> Open(PageContext context, string query = "")
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/sessions{query}");
        return context.Render<SessionsPage>();
    }
}
