using System.Net;
using AgentApprovals.Console.Gateway;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Gateway;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Console.Gateway;

/// <summary>Connectors set up by hand, and what a reviewer reads of a request that waits.</summary>
public sealed class ConnectorPagesTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_a_target_answered_is_read_on_the_card_as_the_hostile_text_it_may_be()
    {
        it.Target.Answers = context =>
        {
            (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers["X-Note"]) = (409, "text/html; charset=utf-8", "<img src=x>");
            return context.Response.WriteAsync("<script>alert(1)</script><b>Approve\u202Eeverything</b>");
        };
        var action = await it.ReleasedAsync();
        await it.Run.Agent.Post($"actions/{action["id"]}/redeem");
        await using var context = await OpenAsync();
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?id={action["id"]}");
        var page = context.Render<InboxPage>();
        var answer = page.WaitForElement(".answered");
        Assert.Equal("409", answer.QuerySelector(".status")!.TextContent);
        Assert.Contains("<script>alert(1)</script><b>Approve", answer.TextContent, StringComparison.Ordinal);
        Assert.Equal("U+202E", answer.QuerySelector(".chip-code")!.TextContent.Trim());
        Assert.Contains("<img src=x>", answer.TextContent, StringComparison.Ordinal);
        Assert.Contains("The target answered 409.", answer.TextContent, StringComparison.Ordinal);
        Assert.Empty(answer.QuerySelectorAll("script, img, b:not(.status)"));
    }

    [Fact]
    public async Task Of_what_broke_off_the_card_says_that_nobody_knows()
    {
        it.Target.Answers = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var action = await it.ReleasedAsync();
        await it.Run.Agent.Post($"actions/{action["id"]}/redeem");
        await using var context = await OpenAsync();
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?id={action["id"]}");
        var answer = context.Render<InboxPage>().WaitForElement(".answered").TextContent;
        Assert.Contains("No answer came.", answer, StringComparison.Ordinal);
        Assert.Contains("whether it arrived is not known", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connector_is_added_with_rules_that_are_tried_on_a_request_first()
    {
        await using var context = await OpenAsync();
        context.Services.GetRequiredService<NavigationManager>().NavigateTo("/connectors?new=true");
        var page = context.Render<ConnectorsPage>();
        var name = it.NewName();
        await page.TypeAsync("#connector-name", name);
        await page.TypeAsync("#connector-address", "ftp://forum");
        await page.SubmitAsync("form#connector");
        page.WaitForAssertion(() => Assert.Contains("An absolute http or https address", page.Find("form#connector").TextContent, StringComparison.Ordinal));
        await page.TypeAsync("#connector-address", it.Target.Address);
        await page.PressAsync("Add a rule");
        await page.InvokeAsync(() => page.FindAll(".rule select")[1].ChangeAsync(new() { Value = false }));
        foreach (var (at, text) in new[] { (0, "POST"), (1, "/threads/*/posts"), (2, "forum.post"), (3, "forum://threads/{1}") })
            await page.InvokeAsync(() => page.FindAll(".rule")[1].QuerySelectorAll("input")[at].InputAsync(new() { Value = text }));

        await Rehearsed("POST /threads/8841/posts", "Rule 2 matches: people are asked for forum.post on forum://threads/8841, and read “POST /threads/8841/posts”.");
        await Rehearsed("GET /threads/8841", "Rule 1 matches: it passes");
        await Rehearsed("DELETE /threads/8841", "No rule matches");
        await Rehearsed("GET /a/../b", "Refused with 400: Dot segments");

        await page.SubmitAsync("form#connector");
        await Eventually.IsAsync(async () => (await it.Scene.Admin.Get("connectors?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Any(c => c!.Text("name") == name));
        var made = (await it.Scene.Admin.Get("connectors?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(c => c!.Text("name") == name)!;
        Assert.Equal(["GET", "POST"], made["rules"]!.AsArray().SelectMany(r => r!["methods"]!.AsArray().Select(m => (string)m!)));

        async Task Rehearsed(string request, string said)
        {
            await page.TypeAsync("#connector-request", request);
            await page.PressAsync("Show");
            page.WaitForAssertion(() => Assert.Contains(said, page.Find(".rehearsal .said").TextContent, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_connector_is_tried_out_with_its_credential_which_is_on_no_page_and_deleted()
    {
        var connector = await it.ConnectorAsync(it.NewName());
        await using var context = await OpenAsync();
        var page = context.Render<ConnectorPage>(p => p.Add(x => x.Id, Guid.Parse(connector.Text("id"))));
        await page.PressAsync("Try");
        page.WaitForAssertion(() => Assert.Contains("It answered 200", page.Find(".tries").TextContent, StringComparison.Ordinal));
        Assert.Equal(GatewayStage.Secret, it.Target.Arrived.Single().Headers["x-api-key"]);
        Assert.DoesNotContain(GatewayStage.Secret, page.Markup, StringComparison.Ordinal);
        Assert.Contains($"/gateway/{connector.Text("name")}/", page.Find("#at-gateway").TextContent, StringComparison.Ordinal);

        await page.PressAsync("Delete…");
        await page.PressAsync("Delete it");
        (await it.Scene.Admin.Get($"connectors/{connector["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Whoever_is_no_administrator_is_told_so_and_shown_nothing()
    {
        var connector = await it.ConnectorAsync(it.NewName());
        var (_, _, id) = await it.Scene.PersonAsync(["Reviewer", "Manager", "Auditor"]);
        await using var context = new PageContext(it.Console, id);
        foreach (var markup in new[] { context.Render<ConnectorsPage>().Markup, context.Render<ConnectorPage>(p => p.Add(x => x.Id, Guid.Parse(connector.Text("id")))).Markup })
        {
            Assert.Contains("takes the role Administrator", markup, StringComparison.Ordinal);
            Assert.DoesNotContain(connector.Text("name"), markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_reviewer_reads_the_request_itself_with_where_it_goes()
    {
        var action = (await it.Ask(HttpMethod.Post, "/threads/8841/posts?notify=every%20one", new { body = "Flush the cache" }, change: r => r.Headers.Add("X-Trace", "abc"))).Is(HttpStatusCode.Accepted);
        await using var context = await OpenAsync();
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/?id={action["id"]}");
        var request = context.Render<InboxPage>().WaitForElement(".request");
        foreach (var shown in new[] { "POST", "/threads/8841/posts", it.Target.Address, "notify", "every one", "Flush the cache", "x-trace", "abc", "application/json" })
            Assert.Contains(shown, request.TextContent, StringComparison.Ordinal);
    }

    private async Task<PageContext> OpenAsync() => new(it.Console, (await it.Scene.Admin.Get("people?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(p => p!).Single(p => p.Text("email") == TestConsole.AdminEmail).Text("id"));
}
