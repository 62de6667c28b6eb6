using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>People in their browsers. What was on their screens is kept when a journey fails.</summary>
public abstract class Journey(Stage stage) : IAsyncLifetime
{
    private readonly List<(string Who, IBrowserContext Context)> _contexts = [];

    protected Stage Stage { get; } = stage;

    /// <summary>Answers of the server other than good ones, and errors on the page, of every page opened here.</summary>
    protected Problems Seen { get; } = new();

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        var hasFailed = TestContext.Current.TestState?.Result == TestResult.Failed;
        if (hasFailed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Seen.All));
        foreach (var (who, context) in _contexts)
        {
            if (hasFailed)
                await KeepAsync(who, context);
            await context.CloseAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A new page, nothing loaded yet.</summary>
    protected async Task<IPage> PageAsync(Visitor? who, int width = 1440, BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.ViewportSize = new() { Width = width, Height = width < 600 ? 740 : 900 };
        var context = await Stage.ContextAsync(who, options);
        _contexts.Add((who?.Name ?? "nobody", context));
        context.SetDefaultTimeout(Screen.Patience);
        var page = await context.NewPageAsync();
        Seen.Watch(page, Stage.Console.Address);
        return page;
    }

    /// <summary>A live page with its circuit up.</summary>
    protected async Task<IPage> OpenAsync(Visitor who, string path, int width = 1440)
    {
        var page = await PageAsync(who, width);
        await page.GotoAsync(path);
        await page.IsLiveAsync();
        return page;
    }

    private static async Task KeepAsync(string who, IBrowserContext context)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screens")).FullName;
        foreach (var page in context.Pages)
        {
            var name = string.Concat($"{TestContext.Current.Test?.TestDisplayName} {who}".Select(c => char.IsLetterOrDigit(c) ? c : '-'));
            var path = Path.Combine(folder, $"{name[..Math.Min(name.Length, 150)]}.png");
            await page.ScreenshotAsync(new() { Path = path });
            TestContext.Current.TestOutputHelper?.WriteLine($"{who} saw {page.Url}: {path}");
        }
    }
}

/// <summary>What no page of ours may cause.</summary>
public sealed class Problems
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    public void Watch(IPage page, Uri console)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.PageError += (_, error) => Add($"script error: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Add($"console: {message.Text}");
        };
        page.Dialog += (_, dialog) =>
        {
            Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                Add($"{response.Status} {response.Url}");
        };
        page.Request += (_, request) =>
        {
            if (!console.IsBaseOf(new Uri(request.Url)) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                Add($"request elsewhere: {request.Url}");
        };
    }

    private void Add(string problem)
    {
        lock (_all)
            _all.Add(problem);
    }
}

internal static class Screen
{
    /// <summary>How long anything may take to show, in ms.</summary>
    public const float Patience = 20_000;

    public static Task IsLiveAsync(this IPage page) => Expect(page.Locator("[data-interactive=true]")).ToBeAttachedAsync();

    /// <summary>The answer that this key gives.</summary>
    public static ILocator Answer(this IPage page, string key) => page.Locator($".decide [data-key='{key}']");

    public static ILocator Row(this IPage page, string action) => page.Locator($".rows a[href*='{action}']");

    /// <summary>Gives an answer by its key, once the card takes any: none counts sooner than a person can have seen it.</summary>
    public static async Task AnswerAsync(this IPage page, string key, ILocator shows)
    {
        await Expect(page.Locator(".decide[armed]")).ToBeVisibleAsync();
        await Expect(page.Answer(key)).ToBeEnabledAsync();
        await page.Keyboard.PressAsync(key);
        await Expect(shows).ToBeVisibleAsync();
    }

    public static Task ShowsAsync(this ILocator locator, string text) => Expect(locator).ToContainTextAsync(text);
}
