using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Console.Inbox;

/// <summary>Several rows answered together: any of them denied, only like and harmless ones approved, each by a decision of its own.</summary>
public sealed class ManyPaneTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestConsole _console;

    public ManyPaneTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task What_is_selected_is_listed_with_its_payload_and_denied_one_by_one_by_as_few_keys_as_it_takes_to_approve()
    {
        var (scene, run) = await SetAsync();
        var asked = new[] { await LowAsync(run, 0), await run.Submitted(Scene.Post("forum://a")), await run.Submitted(Scene.Post("payment://b", type: "payment.send")) };
        var page = await OpenAsync(scene);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".row").Count));
        await PressAsync(page, "s");
        for (var i = 0; i < 3; i++)
            await page.FindAll("button.row")[i].ClickAsync(new());
        await PressAsync(page, "l");
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".many .json").Count));
        // Somebody else is sooner with one of them.
        (await scene.Admin.Deny(asked[1], "I was first")).Is(HttpStatusCode.OK);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await PressAsync(page, "d");
        await PressAsync(page, "1");
        page.WaitForAssertion(() => Assert.Contains("3 of 3 answered. 1 were refused", Said(page), StringComparison.Ordinal));
        Assert.Equal(2, page.FindAll(".many .done").Count);
        foreach (var action in new[] { asked[0], asked[2] })
            Assert.Equal("Nobody asked for this.", (await scene.Admin.Look(action))["decision"]!.Text("comment"));
        Assert.Equal("I was first", (await scene.Admin.Look(asked[1]))["decision"]!.Text("comment"));
        await PressAsync(page, "Escape");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".row")));
    }

    [Fact]
    public async Task Like_and_harmless_ones_are_approved_each_by_its_own_digest()
    {
        var (scene, run) = await SetAsync();
        var asked = new List<JsonNode>();
        for (var i = 0; i < 4; i++)
            asked.Add(await LowAsync(run, i));
        var page = await OpenAsync(scene);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".row").Count));
        await SelectAllAsync(page);
        // Edited by somebody since it was shown: what was not seen is not approved.
        var second = await scene.ReviewerAsync();
        (await second.Approve(asked[2], payload: new { page = "another" })).Is(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await PressAsync(page, "a");
        await PressAsync(page, "Ctrl+Enter");
        page.WaitForAssertion(() => Assert.Contains("4 of 4 answered. 1 were refused", Said(page), StringComparison.Ordinal));
        for (var i = 0; i < 4; i++)
            Assert.Equal(i == 2 ? 0 : 1, (await scene.Admin.Look(asked[i]))["approvals"]!.AsArray().Count(a => a!["by"]!.Text("name") == _reader));
        var entries = (await scene.Admin.Get("ledger?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(3, entries.Where(e => e!["actor"]!.Text("name") == _reader && e!.Text("kind").StartsWith("action.approv", StringComparison.Ordinal)).Select(e => e!.Text("actionId")).Distinct().Count());
    }

    [Theory]
    [InlineData("risk", "not low risk")]
    [InlineData("type", "another type")]
    [InlineData("rule", "another rule")]
    [InlineData("pattern", "another pattern of resources")]
    [InlineData("mine", "not yours to approve")]
    [InlineData("count", "At most 20")]
    public async Task What_is_unlike_the_others_stands_first_and_they_are_not_approved_together(string what, string says)
    {
        var (scene, run) = await SetAsync();
        for (var i = 0; i < (what == "count" ? 20 : 3); i++)
            await LowAsync(run, i);
        var odd = await (what == "mine" ? await scene.SessionAsync(_reader) : run).Submitted(what switch
        {
            "risk" => Scene.Post("wiki://a/odd", new { text = "\u202Ehidden" }, "wiki.read"),
            "type" => Scene.Post("wiki://a/odd", new { text = "x" }, "wiki.search"),
            "rule" => Scene.Post("wiki://a/special", new { text = "x" }, "wiki.read"),
            "pattern" => Scene.Post("wiki://b/odd", new { text = "x" }, "wiki.read"),
            _ => Scene.Post("wiki://a/last", new { text = "x" }, "wiki.read"),
        });
        var page = await OpenAsync(scene, "/?show=all");
        await SelectAllAsync(page);
        page.WaitForAssertion(() => Assert.Contains(says, page.Find(".many").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find(".decide [data-key=a]").HasAttribute("disabled"));
        if (what == "count")
        {
            Assert.Equal(21, page.FindAll(".many .sample > li").Count);
            return;
        }

        var first = page.Find(".many .sample > li");
        Assert.Contains(odd.Text("resource"), first.TextContent, StringComparison.Ordinal);
        await first.QuerySelector("button.chip")!.ClickAsync(new());
        page.WaitForAssertion(() => Assert.False(page.Find(".decide [data-key=a]").HasAttribute("disabled")));
    }

    private readonly string _reader = "reader@example.com";

    private async Task<(Scene Scene, Run Run)> SetAsync()
    {
        var scene = await Scene.SetAsync(_console, new[]
        {
            Scene.Rule(name: "Special", match: new { resources = new[] { "wiki://a/special" } }, extra: new { burst = new { count = 100 } }),
            Scene.Rule(name: "Rest", requires: new[] { new[] { new { from = "Reviewer", count = 2 } } }, extra: new { burst = new { count = 100 } }),
        });
        (await scene.Admin.Put("action-types", new { version = 0, items = new[] { Type("wiki.read"), Type("wiki.search") } })).Is(HttpStatusCode.OK);
        var permissions = new[] { "wiki://a/*", "*" }.Select(resource => new { type = "*", resource });
        (await scene.Admin.Put($"agents/{scene.AgentId}/permissions", new { version = 1, items = permissions })).Is(HttpStatusCode.OK);
        return (scene, await scene.SessionAsync());

        static object Type(string name) => new { name, title = name, sensitivity = 0, reversible = true };
    }

    private static Task<JsonNode> LowAsync(Run run, int number) => run.Submitted(Scene.Post($"wiki://a/{number}", new { page = number }, "wiki.read"));

    private async Task<IRenderedComponent<InboxPage>> OpenAsync(Scene scene, string address = "/")
    {
        var context = new PageContext(_console, (await scene.PersonAsync(["Reviewer"], email: _reader)).Id);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = context.Render<InboxPage>();
        page.WaitForElement(".row");
        return page;
    }

    private static async Task SelectAllAsync(IRenderedComponent<InboxPage> page)
    {
        await PressAsync(page, "s");
        await page.Find(".selection .chip").ClickAsync(new());
        await PressAsync(page, "l");
        page.WaitForElement(".many .json");
    }

    private static Task PressAsync(IRenderedComponent<InboxPage> page, string key) => page.Find($"[data-key='{key}']").ClickAsync(new());

    private static string Said(IRenderedComponent<InboxPage> page) => page.Find(".decide [role=status]").TextContent;
}
