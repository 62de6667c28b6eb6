using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Webhooks;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Webhooks;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Webhooks;

/// <summary>Setting webhooks up, over a real console and a real receiver.</summary>
public sealed class WebhookPagesTests : IAsyncLifetime
{
    private readonly TestConsole _console = new(settings: WebhookStage.Allowing());
    private Receiver _receiver = null!;

    private Person Admin => _console.Admin;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_address_is_registered_and_its_secret_is_shown_once()
    {
        await using var context = await OpenAsync();
        var page = List(context);
        page.WaitForAssertion(() => Assert.Contains("Nobody outside is told of anything", page.Markup, StringComparison.Ordinal));

        page = List(context, "?new=true");
        await page.TypeAsync("#webhook-url", "https://10.0.0.1/");
        await page.SubmitAsync("form#register");
        page.WaitForAssertion(() => Assert.Contains("This address may not be reached", page.Find("form#register").TextContent, StringComparison.Ordinal));
        Assert.Contains("At least one event", page.Find("form#register").TextContent, StringComparison.Ordinal);

        await page.TypeAsync("#webhook-url", _receiver.Url);
        await page.TypeAsync("#webhook-agent", "nobody");
        await page.InvokeAsync(() => page.Find("input[value='action.submitted']").ChangeAsync(new() { Value = true }));
        await page.PressAsync("All Sessions");
        await page.SubmitAsync("form#register");
        page.WaitForAssertion(() => Assert.Contains("An id is expected.", page.Find("form#register").TextContent, StringComparison.Ordinal));
        await page.TypeAsync("#webhook-agent", "");
        await page.SubmitAsync("form#register");
        page.WaitForAssertion(() => Assert.Contains("whsec_", page.Find(".once").TextContent, StringComparison.Ordinal));
        var made = (await Admin.Get("webhooks")).Is(HttpStatusCode.OK)["items"]![0]!;
        Assert.Equal("""["action.submitted","session.started","session.ended","session.expired","session.stopped"]""", made["events"]!.ToJsonString());
        // The row is there, and the secret only in the page that made it.
        page.WaitForAssertion(() => Assert.Contains(_receiver.Url, page.Find(".webhooks").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("whsec_", List(context).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_carries_out_stops_needs_a_name_and_no_events_and_its_page_shows_what_it_was_told()
    {
        await using var context = await OpenAsync();
        var page = List(context, "?new=true");
        await page.TypeAsync("#webhook-url", _receiver.Url);
        Assert.Empty(page.FindAll("#webhook-cut-off-name"));
        await page.InvokeAsync(() => page.Find("#webhook-cut-off").ChangeAsync(new() { Value = true }));
        await page.SubmitAsync("form#register");
        page.WaitForAssertion(() => Assert.Contains("digits and dashes are expected", page.Find(".cut-off").TextContent, StringComparison.Ordinal));
        await page.TypeAsync("#webhook-cut-off-name", "identity-provider");
        await page.SubmitAsync("form#register");
        page.WaitForAssertion(() => Assert.Contains("whsec_", page.Find(".once").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("cuts off: identity-provider", page.Find(".webhooks").TextContent, StringComparison.Ordinal));
        var made = (await Admin.Get("webhooks")).Is(HttpStatusCode.OK)["items"]![0]!;
        Assert.Equal(("identity-provider", 0), (made.Text("cutOff"), made["events"]!.AsArray().Count));

        var one = One(context, made);
        Assert.Contains("None but stops", one.Find(".facts").TextContent, StringComparison.Ordinal);
        var run = await (await Scene.SetAsync(_console)).SessionAsync();
        (await Admin.Post($"sessions/{run.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        one.WaitForAssertion(() => Assert.Contains("stop.ordered", one.Find(".state.delivered").Closest("li")!.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_says_how_it_was_answered_and_stands_with_each_attempt_until_it_is_sent_again()
    {
        var webhook = await Admin.RegisterAsync(_receiver.Url, null, "action.submitted");
        _receiver.Answer = _ => 418;
        await using var context = await OpenAsync();
        var page = One(context, webhook);
        Assert.Contains("Nothing was sent yet", page.Markup, StringComparison.Ordinal);
        await page.PressAsync("Send a test");
        page.WaitForAssertion(() => Assert.Contains("It answered 418", page.Find(".said.no").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("418", page.Find(".attempts .no").TextContent, StringComparison.Ordinal));
        Assert.Contains("waits, next attempt", page.Find(".state.pending").TextContent, StringComparison.Ordinal);

        Assert.Contains("tries again", page.Find("header .mark").TextContent, StringComparison.Ordinal);

        _receiver.Answer = _ => 200;
        await page.PressAsync("Send again");
        page.WaitForAssertion(() => Assert.Contains("delivered", page.Find(".state.delivered").TextContent, StringComparison.Ordinal));
        Assert.Single(page.FindAll(".attempts .yes"));
        page.WaitForAssertion(() => Assert.Contains("on", page.Find("header .mark.on").TextContent, StringComparison.Ordinal));
        Assert.Single(_receiver.All.Select(r => r.Id).Distinct());
    }

    [Fact]
    public async Task What_is_sent_while_one_looks_comes_into_the_page_and_a_switched_off_address_says_so()
    {
        var webhook = await Admin.RegisterAsync(_receiver.Url, null, "action.submitted");
        await using var context = await OpenAsync();
        var (page, list) = (One(context, webhook), List(context));
        _receiver.Answer = _ => 410;
        await (await (await Scene.SetAsync(_console)).SessionAsync()).Submitted();
        page.WaitForAssertion(() => Assert.Contains("410", page.Find(".attempts").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("switched off", page.Find("header .off").TextContent, StringComparison.Ordinal));
        list.WaitForAssertion(() => Assert.Contains("switched off", list.Find(".webhooks .off").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_secret_is_shown_once_and_deleting_asks_once_more()
    {
        var webhook = await Admin.RegisterAsync(_receiver.Url, null, "action.submitted");
        await using var context = await OpenAsync();
        var page = One(context, webhook);
        await page.PressAsync("New secret");
        await page.PressAsync("Make a new secret");
        page.WaitForAssertion(() => Assert.Contains("whsec_", page.Find(".once").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("The one before signs as well until", page.Markup, StringComparison.Ordinal));
        await page.PressAsync("Delete…");
        Assert.Single((await Admin.Get("webhooks")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        await page.PressAsync("Delete it");
        Assert.Empty((await Admin.Get("webhooks")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.EndsWith("/webhooks", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_no_administrator_sees_nothing_of_it()
    {
        var webhook = await Admin.RegisterAsync(_receiver.Url, null, "action.submitted");
        var (_, _, id) = await new Scene(_console).PersonAsync(["Manager", "Reviewer", "Auditor"]);
        await using var context = new PageContext(_console, id);
        foreach (var markup in new[] { List(context).Markup, One(context, webhook).Markup })
        {
            Assert.Contains("take the role Administrator", markup, StringComparison.Ordinal);
            Assert.DoesNotContain(_receiver.Address.Authority, markup, StringComparison.Ordinal);
        }
    }

    private async Task<PageContext> OpenAsync() => new(_console, (await Admin.Get("people")).Is(HttpStatusCode.OK)["items"]![0]!.Text("id"));

    private static IRenderedComponent<WebhooksPage> List(PageContext context, string query = "")
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/webhooks{query}");
        return context.Render<WebhooksPage>();
    }

    private static IRenderedComponent<WebhookPage> One(PageContext context, JsonNode webhook) =>
        context.Render<WebhookPage>(p => p.Add(x => x.Id, Guid.Parse(webhook.Text("id"))));
}
