using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Databases;
using AgentApprovals.Demo;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Demo;

/// <summary>The demo as a newcomer meets it, on a console of its own.</summary>
public sealed class IncidentBTests(Stage stage) : IAsyncDisposable
{
    private readonly TestConsole _console = new(environment: "Development", settings: new Dictionary<string, string?> { ["Demo:Runner"] = Runner() });

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task On_a_phone_the_burst_is_one_card_and_two_taps_stop_it()
    {
        DebianPackages.Fetch(() => File.Exists("/usr/bin/bwrap"), "bubblewrap");
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

        // Where nothing can hold a process, the page says so, and the stop takes away what the console can.
        var isHeld = _console.Services.GetRequiredService<DemoPlayers>().B.IsHeld;
        if (isHeld)
            Assert.True(Processes().Count > 4, string.Join('\n', Processes()));
        else
            TestContext.Current.TestOutputHelper?.WriteLine("Not tried: this host has no way to hold a process (agent-runner doctor says why), so the demo's agent ran without a runner.");

        await page.Locator(".bar .stop").TapAsync();
        await page.WaitForURLAsync("**/stop?agent=*");
        await page.Locator("button.stop").TapAsync();
        await page.WaitForURLAsync("**/stops/*");
        await page.Locator("h1").ShowsAsync("inbox-keeper is cut off");
        if (isHeld)
            await IsDeadAsync(page);
        await page.GotoAsync("/");
        await page.IsLiveAsync();
        await Expect(page.Locator(".row")).ToHaveCountAsync(0);
        Assert.Empty(seen.All);
    }

    /// <summary>The receipt shows each layer's proof, and past all of it nothing of the agent is left, which had trapped every signal and forked.</summary>
    private async Task IsDeadAsync(IPage page)
    {
        var layers = page.Locator(".layers li");
        await Expect(layers.Filter(new() { HasTextRegex = new(@"[1-9]\d* processes killed on .+, 0 left \(\w+\)") })).ToHaveClassAsync("confirmed");
        await Expect(layers.Filter(new() { HasText = "the runner answered" })).ToHaveClassAsync("absent");
        Assert.Empty(Processes());
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        await Eventually.IsAsync(() => Task.FromResult(!_console.Services.GetRequiredService<DemoPlayers>().B.IsPlaying));
        Assert.Contains(_console.Services.GetRequiredService<DemoPlayers>().B.Said, s => s.Contains("I trap TERM, HUP, INT and QUIT", StringComparison.Ordinal));
    }

    /// <summary>The command lines of the agent's processes, by the address that only they were given, and their runner, which is named by its key.</summary>
    private List<string> Processes() => [.. Directory.EnumerateDirectories("/proc").Select(CommandOf)
        .Where(c => c.Contains(_console.Address.Authority, StringComparison.Ordinal) && c.Contains("inbox-keeper", StringComparison.Ordinal) && !c.Contains("--key-file", StringComparison.Ordinal))];

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>As it was built together with these tests.</summary>
    private static string Runner()
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(bin.FullName, "../../../../../src/AgentApprovals/bin", bin.Parent!.Name, bin.Name, "runner/agent-runner");
    }

    private static async Task<int> CountAsync(ILocator head) =>
        int.Parse((await head.InnerTextAsync()).Split('×')[0].Trim(), System.Globalization.CultureInfo.InvariantCulture);
}
