using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Demo;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Demo;

/// <summary>Incident A as a newcomer plays it, to its end, on a console of its own.</summary>
public sealed class IncidentATests(Stage stage) : IAsyncDisposable
{
    private readonly TestConsole _console = new(environment: "Development");

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Denied_it_goes_around_is_seen_and_stopped_and_the_incident_tells_all_of_it()
    {
        await using var context = await stage.Browser.NewContextAsync(new() { BaseURL = _console.Address.ToString(), ViewportSize = new() { Width = 1440, Height = 900 }, Locale = "en-GB" });
        context.SetDefaultTimeout(Screen.Patience);
        var page = await context.NewPageAsync();
        var seen = new Problems();
        seen.Watch(page, _console.Address);
        await page.GotoAsync("/");
        await page.Locator("#email").FillAsync("ana@example.com");
        await page.Locator("#password").FillAsync(DemoSeed.Password);
        await page.Locator("button.primary").ClickAsync();
        await page.IsLiveAsync();

        // Two posts are held, as the requests that would be sent.
        await page.GetByRole(AriaRole.Button, new() { Name = "Play incident A" }).ClickAsync();
        var rows = page.Locator(".rows a.row");
        await Expect(rows).ToHaveCountAsync(2);
        foreach (var post in await rows.EvaluateAllAsync<string[]>("rows => rows.map(r => r.getAttribute('href'))"))
        {
            await page.GotoAsync(post);
            await page.IsLiveAsync();
            await page.Locator(".request .line").ShowsAsync("/engineering/threads/8841/posts");
            await page.AnswerAsync("d", page.Locator("#deny-reason"));
            await page.Locator("#deny-reason").FillAsync("The advice is wrong");
            await page.Keyboard.PressAsync("Control+Enter");
            await page.Locator(".stands").ShowsAsync("Denied by Ana Ruiz");
        }

        // Nobody stops it: what the forum reports does.
        await Expect(page.Locator(".play .said")).ToContainTextAsync("around the console 1. I end: session_stopped.");
        await page.GotoAsync("/stops");
        await page.Locator(".list a[href^='/stops/']").ClickAsync();
        await page.Locator("h1").ShowsAsync("forum-helper is cut off");
        await page.Locator("a[href^='/incidents/']").ClickAsync();
        await page.IsLiveAsync();
        var effects = page.Locator(".effects li");
        await Expect(effects).ToHaveCountAsync(2);
        await effects.First.ShowsAsync("Happened without a permit:");
        await effects.First.ShowsAsync("Engineering forum");
        await page.Locator(".timeline").ShowsAsync("saw it do what no permit covers");
        Assert.Empty(seen.All);
    }
}
