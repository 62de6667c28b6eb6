using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Demo;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Demo;

/// <summary>The demo as a newcomer meets it, on a console of its own.</summary>
public sealed class IncidentBTests(Stage stage) : IAsyncDisposable
{
    private readonly TestConsole _console = new(environment: "Development");

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task On_a_phone_the_burst_is_one_card_and_two_taps_stop_it()
    {
        await using var context = await stage.Browser.NewContextAsync(new() { BaseURL = _console.Address.ToString(), ViewportSize = new() { Width = 360, Height = 740 }, HasTouch = true, IsMobile = true, Locale = "en-GB" });
        context.SetDefaultTimeout(Screen.Patience);
        var page = await context.NewPageAsync();
        var seen = new Problems();
        seen.Watch(page, _console.Address);
        await page.GotoAsync("/");
        await page.Locator("#email").FillAsync("ana@example.com");
        await page.Locator("#password").FillAsync(DemoSeed.Password);
        await page.Locator("button.primary").ClickAsync();
        await page.IsLiveAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Play incident B" }).TapAsync();
        var row = page.Locator(".row").Filter(new() { HasText = "×" });
        await Expect(row).ToHaveCountAsync(1);
        await row.TapAsync();
        var head = page.Locator(".burst h1");
        await head.ShowsAsync("× Delete e-mail");
        var count = await CountAsync(head);
        await Expect(page.Locator(".sample > li")).ToHaveCountAsync(5);
        await Expect(page.Answer("a")).ToHaveCountAsync(0);
        await Eventually.IsAsync(async () => await CountAsync(head) > count);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));

        await page.Locator(".bar .stop").TapAsync();
        await page.WaitForURLAsync("**/stop?agent=*");
        await page.Locator("button.stop").TapAsync();
        await page.WaitForURLAsync("**/stops/*");
        await page.Locator("h1").ShowsAsync("inbox-keeper is cut off");
        await page.GotoAsync("/");
        await page.IsLiveAsync();
        await Expect(page.Locator(".row")).ToHaveCountAsync(0);
        Assert.Empty(seen.All);
    }

    private static async Task<int> CountAsync(ILocator head) =>
        int.Parse((await head.InnerTextAsync()).Split('×')[0].Trim(), System.Globalization.CultureInfo.InvariantCulture);
}
