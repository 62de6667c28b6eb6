using System.Net;
using AgentApprovals.Console.People;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.People;

/// <summary>Setting people up, over a real console.</summary>
public sealed class PeoplePageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_person_is_added_and_their_link_is_shown_once()
    {
        var scene = new Scene(_console);
        await using var context = await OpenAsync(scene);
        var page = Open(context, "?add=true");
        await page.TypeAsync("#person-email", "new@example");
        await page.TypeAsync("#person-name", "New Person");
        await page.InvokeAsync(() => page.FindAll(".role input")[2].ChangeAsync(new() { Value = true }));
        await page.SubmitAsync("form.add");
        page.WaitForAssertion(() => Assert.Contains("/account/setup?link=aau_", page.Find(".once").TextContent, StringComparison.Ordinal));
        Assert.Equal("New Person", page.Find("h2.name").TextContent);
        var added = (await scene.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(p => (string)p!["email"]! == "new@example")!;
        Assert.Equal("Reviewer", (string)added["roles"]!.AsArray().Single()!);

        page = Open(context, $"?id={added["id"]}");
        Assert.Empty(page.FindAll(".once"));
    }

    [Fact]
    public async Task A_bad_address_is_refused_under_its_field_and_one_that_is_taken_in_words()
    {
        var scene = new Scene(_console);
        var (_, taken, _) = await scene.PersonAsync([]);
        await using var context = await OpenAsync(scene);
        var page = Open(context, "?add=true");
        await page.TypeAsync("#person-email", "nobody");
        await page.SubmitAsync("form.add");
        Assert.Contains("An e-mail address is expected.", page.Find("form.add").TextContent, StringComparison.Ordinal);
        await page.TypeAsync("#person-email", taken.ToUpperInvariant());
        await page.SubmitAsync("form.add");
        page.WaitForAssertion(() => Assert.Contains("Nobody was added.", page.Find("form.add .refusal").TextContent, StringComparison.Ordinal));
        Assert.Contains("already", page.Find("form.add .refusal").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_was_changed_is_saved_so_that_anothers_change_stays()
    {
        var scene = new Scene(_console);
        var (_, _, id) = await scene.PersonAsync(["Reviewer"]);
        await using var context = await OpenAsync(scene);
        var page = Open(context, $"?id={id}");
        await page.TypeAsync("#person-name", "Renamed");
        (await scene.Admin.Patch($"people/{id}", new { groups = new[] { "security" } })).Is(HttpStatusCode.OK);
        await page.SubmitAsync(".person form");
        page.WaitForAssertion(() => Assert.Contains("Saved.", page.Markup, StringComparison.Ordinal));
        var now = (await scene.Admin.Get($"people/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(("Renamed", "security", "Reviewer"), ((string)now["displayName"]!, (string)now["groups"]![0]!, (string)now["roles"]![0]!));
    }

    [Fact]
    public async Task Deactivating_says_what_it_does_and_asks_once_more()
    {
        var scene = await Scene.SetAsync(_console, rules: new[] { Scene.Rule(hold: 600) });
        var (person, email, id) = await scene.PersonAsync(["Reviewer"]);
        await scene.SessionAsync(email);
        var action = await (await scene.SessionAsync()).Submitted();
        (await person.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = action["payloadDigest"] })).Is(HttpStatusCode.OK);
        await using var context = await OpenAsync(scene);
        var page = Open(context, $"?id={id}");
        page.WaitForAssertion(() => Assert.Contains("taken back (1 now)", page.Find(".does").TextContent, StringComparison.Ordinal));
        Assert.Contains("are stopped (1 now)", page.Find(".does").TextContent, StringComparison.Ordinal);
        await page.PressAsync("Deactivate…");
        await page.PressAsync("Keep");
        (await person.Get("sessions")).Is(HttpStatusCode.OK);
        await page.PressAsync("Deactivate…");
        await page.PressAsync($"Deactivate {email}");
        page.WaitForAssertion(() => Assert.Contains("Reactivate", page.Find(".panel").TextContent, StringComparison.Ordinal));
        (await person.Get("sessions")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        await page.PressAsync("Reactivate");
        page.WaitForAssertion(() => Assert.Contains("Deactivate…", page.Find(".panel").TextContent, StringComparison.Ordinal));
        (await person.Get("sessions")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_last_administrator_can_not_be_taken_away()
    {
        var scene = new Scene(_console);
        var id = (string)(await scene.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]![0]!["id"]!;
        await using var context = new PageContext(_console, id);
        var page = Open(context, $"?id={id}");
        Assert.Contains("This is you", page.Find(".person").TextContent, StringComparison.Ordinal);
        await page.PressAsync("Deactivate…");
        await page.PressAsync("Deactivate root");
        page.WaitForAssertion(() => Assert.Contains("last active Administrator", page.Find(".person .refusal").TextContent, StringComparison.Ordinal));
        Assert.Contains("Nothing was changed.", page.Find(".person .refusal").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_made_shown_once_and_deleted()
    {
        var scene = new Scene(_console);
        var (_, _, id) = await scene.PersonAsync(["Reviewer"]);
        await using var context = await OpenAsync(scene);
        var page = Open(context, $"?id={id}");
        await page.TypeAsync(".tokens .make input", "nightly");
        await page.SubmitAsync(".tokens form");
        page.WaitForAssertion(() => Assert.Contains("aap_", page.Find(".tokens .once").TextContent, StringComparison.Ordinal));
        var secret = page.Find("#new-token").TextContent;
        (await _console.As(secret).Get("sessions")).Is(HttpStatusCode.OK);
        await page.PressAtAsync("[aria-label='Delete nightly']");
        await page.PressAsync("Delete it");
        page.WaitForAssertion(() => Assert.DoesNotContain("nightly", page.Find(".tokens ul").TextContent, StringComparison.Ordinal));
        (await _console.As(secret).Get("sessions")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("?role=Auditor", "root@example.com secured@example.com")]
    [InlineData("?state=inactive", "gone@example.com")]
    [InlineData("?q=SECURITY", "secured@example.com")]
    public async Task The_list_is_narrowed_by_its_address(string query, string expected)
    {
        var scene = new Scene(_console);
        await scene.PersonAsync(["Reviewer"]);
        await scene.PersonAsync(["Auditor"], ["security"], email: "secured@example.com");
        var (_, _, off) = await scene.PersonAsync([], email: "gone@example.com");
        (await scene.Admin.Patch($"people/{off}", new { active = false })).Is(HttpStatusCode.OK);
        await using var context = await OpenAsync(scene);
        Assert.Equal(expected, string.Join(' ', Open(context, query).FindAll(".who .quiet").Select(e => e.TextContent)));
    }

    [Fact]
    public async Task Whoever_is_no_administrator_sees_nobody()
    {
        var scene = new Scene(_console);
        await using var context = new PageContext(_console, (await scene.PersonAsync(["Manager"])).Id);
        var page = Open(context, "");
        Assert.Contains("takes the role Administrator", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("root@example.com", page.Markup, StringComparison.Ordinal);
    }

    private async Task<PageContext> OpenAsync(Scene scene) => new(_console, (await scene.PersonAsync(["Administrator"], email: "boss@example.com")).Id);

    private static IRenderedComponent<PeoplePage> Open(PageContext context, string query)
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/people{query}");
        return context.Render<PeoplePage>();
    }
}
