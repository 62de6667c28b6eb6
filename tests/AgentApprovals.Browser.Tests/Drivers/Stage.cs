using System.Collections.Concurrent;
using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Stage))]

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>Somebody who looks at the console: by browser, and by API for what is asserted beside it.</summary>
public sealed record Visitor(string Name, string Email, string Id, Person Api);

/// <summary>One browser and one console for all journeys; each brings an agent of its own, and people of its own where it changes them.</summary>
public sealed class Stage : IAsyncLifetime
{
    /// <summary>Approved, it is held for as long as any test runs.</summary>
    public const string Held = "held://";

    /// <summary>Approved, it is released after two seconds.</summary>
    public const string Quick = "quick://";

    /// <summary>The fourth in a minute opens a burst.</summary>
    public const string Fast = "fast://";

    /// <summary>Takes two Reviewers.</summary>
    public const string Two = "two://";

    /// <summary>Agents ask as fast as tests do; what is about bursts brings rules of its own.</summary>
    private static readonly object NoBursts = new { burst = new { count = 10_000 } };

    private static readonly object[] Rules =
    [
        Scene.Rule(name: "Quick", match: new { resources = new[] { Quick + "*" } }, hold: 2, extra: NoBursts),
        Scene.Rule(name: "Fast", match: new { resources = new[] { Fast + "*" } }, hold: 900, extra: new { burst = new { count = 3 } }),
        Scene.Rule(name: "Two", match: new { resources = new[] { Two + "*" } }, hold: 900, requires: new[] { new[] { new { from = "Reviewer", count = 2 } } }, extra: NoBursts),
        Scene.Rule(name: "Held", hold: 900, extra: NoBursts),
    ];

    private readonly ConcurrentDictionary<string, Task<string>> _signedIn = new();
    private IPlaywright _playwright = null!;
    private int _agents;

    public IBrowser Browser { get; private set; } = null!;

    public TestConsole Console { get; } = new(settings: new Dictionary<string, string?> { ["Webhooks:AllowedNetworks"] = "127.0.0.0/8" });

    public Scene Scene { get; private set; } = null!;

    public Visitor Ana { get; private set; } = null!;

    public Visitor Ben { get; private set; } = null!;

    /// <summary>Holds no role, and owns every agent of <see cref="AgentAsync"/>.</summary>
    public Visitor Summer { get; private set; } = null!;

    public Visitor Root { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Screen.Patience);
        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.LaunchAsync(_playwright);
        Scene = await Scene.SetAsync(Console, Rules);
        Ana = await VisitorAsync("ana", "Reviewer");
        Ben = await VisitorAsync("ben", "Reviewer", "Manager");
        Summer = await VisitorAsync("summer");
        var root = (await Scene.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single(p => p!.Text("email") == TestConsole.AdminEmail)!;
        Root = new(root.Text("displayName"), TestConsole.AdminEmail, root.Text("id"), Scene.Admin);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
        await Console.DisposeAsync();
    }

    public async Task<Visitor> VisitorAsync(string name, params string[] roles)
    {
        var (api, email, id) = await Scene.PersonAsync(roles, email: $"{name}@example.com");
        return new(email, email, id, api);
    }

    /// <summary>An agent that nobody else's test knows, in a session on behalf of Dana.</summary>
    public async Task<Asker> AgentAsync(object? settings = null)
    {
        var name = $"agent-{Interlocked.Increment(ref _agents)}";
        var (id, key) = await Scene.AgentAsync(name, settings ?? new { owner = Summer.Email });
        return new(name, id, key, await Scene.SessionAsync(key: key));
    }

    /// <summary>A browser profile of its own, signed in as <paramref name="who"/>.</summary>
    public async Task<IBrowserContext> ContextAsync(Visitor? who, BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = Console.Address.ToString();
        options.TimezoneId = "Europe/Berlin";
        options.Locale = "en-GB";
        options.StorageState = who is null ? null : await _signedIn.GetOrAdd(who.Email, _ => SignIn.StateAsync(Browser, Root.Api, who.Id));
        return await Browser.NewContextAsync(options);
    }
}

/// <summary>An agent with an open session.</summary>
public sealed record Asker(string Name, string Id, string Key, Run Run)
{
    private int _asked;

    /// <summary>Asks for one edit of a wiki page; answers the action.</summary>
    public async Task<System.Text.Json.Nodes.JsonNode> AskAsync(string place = Stage.Held, object? payload = null, string? summary = null)
    {
        var number = ++_asked;
        return await Run.Submitted(new
        {
            type = "wiki.edit",
            resource = $"{place}{Name}/{number}",
            summary = summary ?? $"Edit {number}",
            payload = payload ?? new { page = $"Page {number}", text = "As it was meant" },
        });
    }

    public async Task<string> StatusAsync(string action) => (await Run.Agent.Get($"actions/{action}")).Is(HttpStatusCode.OK).Text("status");
}
