using System.Net;
using AgentApprovals.Console.Policies;
using AgentApprovals.Tests.Drivers;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Policies;

/// <summary>The rules' page as an administrator uses it, over a real console.</summary>
public sealed class PoliciesPageTests : IAsyncDisposable
{
    private static readonly object[] Two = [Scene.Rule(name: "One", match: new { types = new[] { "a" } }), Scene.Rule(name: "Two")];

    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_rule_is_edited_looked_at_and_saved_with_a_reason()
    {
        var (scene, context, page) = await OpenAsync(Two);
        await using var _ = context;
        await page.PressAtAsync("[aria-label='Edit Two']");
        await page.TypeAsync("#rule-name", "Two, renamed");
        await page.SubmitAsync("form");
        Assert.Equal(["One", "Two, renamed", "Anything else"], Names(page));

        await page.PressAsync("See the difference");
        Assert.Contains(page.FindAll(".diff .inserted"), l => l.TextContent.Contains("Two, renamed", StringComparison.Ordinal));
        Assert.True(Named(page, "Save as version 2").HasAttribute("disabled"));
        await page.TypeAsync("#save-reason", "A clearer name");
        await page.PressAsync("Save as version 2");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".save")));
        Assert.Contains("“A clearer name”", page.Find(".versions").TextContent, StringComparison.Ordinal);
        Assert.Equal("Two, renamed", (string)(await scene.Admin.Get("policies")).Is(HttpStatusCode.OK)["rules"]![1]!["name"]!);
    }

    [Fact]
    public async Task Before_saving_it_is_told_what_the_rules_would_have_done()
    {
        var (scene, context, page) = await OpenAsync(new[] { Scene.Rule(name: "All"), Scene.Rule("deny", name: "Forums", match: new { types = new[] { "forum.*" } }) });
        await using var _ = context;
        var (_, key) = await scene.AgentAsync("asker");
        var action = await (await scene.SessionAsync(key: key)).Submitted();
        await page.PressAtAsync("[aria-label='Remove Forums']");
        Assert.Empty(page.FindAll(".preview"));
        await page.PressAsync("See the difference");
        page.WaitForAssertion(() => Assert.Contains("All 1 would have gone as they did.", page.Find(".preview").TextContent, StringComparison.Ordinal));
        await page.PressAsync("Back");
        await page.PressAsync("Drop the changes");
        await page.PressAsync("Drop the changes");
        await page.PressAtAsync("[aria-label='Move Forums up']");
        await page.PressAsync("See the difference");
        page.WaitForAssertion(() => Assert.Contains("Would have denied 1; 0 of them were released.", page.Find(".preview").TextContent, StringComparison.Ordinal));
        Assert.Contains("Caught nothing: All.", page.Find(".preview").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/?id={action.Text("id")}", page.Find(".preview a").GetAttribute("href"));
    }

    [Fact]
    public async Task A_field_that_is_wrong_says_so_and_nothing_typed_is_lost()
    {
        var (_, context, page) = await OpenAsync(Two);
        await using var _ = context;
        await page.PressAsync("Add a rule");
        await page.TypeAsync("#rule-name", "One");
        await page.SubmitAsync("form");
        Assert.Contains("Another rule is named One.", page.Find("form").TextContent, StringComparison.Ordinal);
        Assert.Equal("One", page.Find("#rule-name").GetAttribute("value"));
        await page.TypeAsync("#rule-name", "Three");
        await page.SubmitAsync("form");
        Assert.Equal(["One", "Two", "Three", "Anything else"], Names(page));
    }

    [Fact]
    public async Task Rules_are_put_in_order_by_buttons_and_by_keys()
    {
        var (_, context, page) = await OpenAsync(Two);
        await using var _ = context;
        await page.PressAtAsync("[aria-label='Move One down']");
        Assert.Equal(["Two", "One", "Anything else"], Names(page));
        await page.InvokeAsync(() => page.FindAll(".rules > ol > li")[1].KeyDownAsync(new KeyboardEventArgs { Key = "ArrowUp", AltKey = true }));
        Assert.Equal(["One", "Two", "Anything else"], Names(page));
        Assert.Empty(page.FindAll(".save"));
    }

    [Fact]
    public async Task Somebody_elses_saving_first_is_told_and_loses_nothing()
    {
        var (scene, context, page) = await OpenAsync(Two);
        await using var _ = context;
        await page.PressAtAsync("[aria-label='Remove Two']");
        (await scene.Admin.Put("policies", new { version = 1, rules = new[] { Scene.Rule(name: "Theirs") } })).Is(HttpStatusCode.OK);
        page.WaitForAssertion(() => Assert.Contains("saved version 2 meanwhile", page.Find(".elsewhere").TextContent, StringComparison.Ordinal));
        Assert.Equal(["One", "Anything else"], Names(page));

        // Whoever does not heed the notice is refused, and still loses nothing.
        await page.PressAsync("See the difference");
        await page.TypeAsync("#save-reason", "Mine");
        await page.PressAsync("Save as version 2");
        page.WaitForAssertion(() => Assert.Contains("nothing was saved", page.Find(".save .refusal").TextContent, StringComparison.Ordinal));
        Assert.Equal(["One", "Anything else"], Names(page));

        await page.PressAsync("Go on with mine");
        await page.PressAsync("Save as version 3");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".save, .elsewhere")));
        Assert.Equal("One", (string)(await scene.Admin.Get("policies")).Is(HttpStatusCode.OK)["rules"]!.AsArray().Single()!["name"]!);
    }

    [Fact]
    public async Task An_older_version_is_looked_at_and_returned_to_as_a_new_one()
    {
        var (scene, context, page) = await OpenAsync(Two);
        await using var _ = context;
        (await scene.Admin.Put("policies", new { version = 1, rules = Array.Empty<object>() })).Is(HttpStatusCode.OK);
        var old = context.Render<VersionView>(p => p.Add(v => v.Version, 1).Add(v => v.MayEdit, true));
        old.WaitForAssertion(() => Assert.Equal(["One", "Two"], old.FindAll("h3").Select(h => h.TextContent)));
        await old.PressAsync("Return to version 1");
        var now = (await scene.Admin.Get("policies")).Is(HttpStatusCode.OK);
        Assert.Equal((3, 2), ((int)now["version"]!, now["rules"]!.AsArray().Count));
        Assert.Contains("There is no version 9", context.Render<VersionView>(p => p.Add(v => v.Version, 9)).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_change_them_sees_them_and_the_reason_and_no_button()
    {
        var (_, context, page) = await OpenAsync(Two, "Reviewer");
        await using var _ = context;
        Assert.Equal(["One", "Two", "Anything else"], Names(page));
        Assert.Contains("takes the role Administrator", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".tools, form, .save"));
    }

    [Fact]
    public async Task Somebody_without_a_role_sees_no_rule()
    {
        var (_, context, page) = await OpenAsync(Two, null);
        await using var _ = context;
        Assert.DoesNotContain("One", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_is_described_and_saved_and_a_bad_schema_is_refused_in_words()
    {
        var (scene, context, page) = await OpenAsync(Two, query: "?tab=types");
        await using var _ = context;
        await page.PressAsync("Add a type");
        await page.TypeAsync("#type-name", "robot.move");
        await page.TypeAsync("#type-schema", "[1]");
        await page.SubmitAsync("form");
        Assert.Contains("A JSON Schema, which is an object, is expected.", page.Find("form").TextContent, StringComparison.Ordinal);
        await page.TypeAsync("#type-schema", "{\"type\":\"object\"}");
        await page.SubmitAsync("form");
        await page.PressAsync("See the difference");
        await page.PressAsync("Save as version 1");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".save")));
        var saved = (await scene.Admin.Get("action-types")).Is(HttpStatusCode.OK);
        Assert.Equal("object", (string)saved["items"]!.AsArray().Single(i => (string)i!["name"]! == "robot.move")!["payloadSchema"]!["type"]!);
    }

    private async Task<(Scene Scene, PageContext Context, IRenderedComponent<PoliciesPage> Page)> OpenAsync(object rules, string? role = "Administrator", string query = "")
    {
        var scene = await Scene.SetAsync(_console, rules);
        var context = new PageContext(_console, (await scene.PersonAsync(role is null ? [] : [role])).Id);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/policies{query}");
        var page = context.Render<PoliciesPage>();
        page.WaitForState(() => page.FindAll(".rules, .types, .notice").Count > 0);
        return (scene, context, page);
    }

    private static IEnumerable<string> Names(IRenderedComponent<PoliciesPage> page) => page.FindAll("h3").Select(h => h.TextContent);


    private static IElement Named(IRenderedComponent<IComponent> page, string text) => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal));
}
