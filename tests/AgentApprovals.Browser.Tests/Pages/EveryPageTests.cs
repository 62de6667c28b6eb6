using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace AgentApprovals.Browser.Tests.Pages;

/// <summary>Every page of the route table, with data, in both themes, on a desk and on a phone.</summary>
public sealed class EveryPageTests(Stage stage, EveryPageTests.Shown shown) : Journey(stage), IClassFixture<EveryPageTests.Shown>
{
    private const string Watch = """
        window.violations = [];
        document.addEventListener("securitypolicyviolation", e => window.violations.push(`${e.effectiveDirective}: ${e.blockedURI} ${e.sample}`));
        """;

    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        ResultTypes = [ResultType.Violations],
    };

    public static TheoryData<string> Routes => [.. RouteTable.Rows.Keys];

    [Fact]
    public void Every_route_that_answers_people_is_walked() =>
        Assert.Equal(RouteTable.Of(Stage), RouteTable.Rows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_page_is_accessible_fits_a_phone_and_keeps_its_content_policy(string route)
    {
        var (isSignedIn, addresses) = RouteTable.Rows[route];
        var contents = await shown.ByAsync(Stage);
        var page = await PageAsync(isSignedIn ? Stage.Root : null);
        await page.AddInitScriptAsync(Watch);
        var faults = new List<string>();
        foreach (var address in addresses(contents))
        {
            await page.SetViewportSizeAsync(1440, 900);
            await page.GotoAsync(address);
            if (await page.Locator("[data-interactive]").CountAsync() > 0)
                await page.IsLiveAsync();
            foreach (var width in new[] { 1440, 360 })
            {
                await page.SetViewportSizeAsync(width, width < 600 ? 740 : 900);
                if (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth") is > 0 and var over)
                    faults.Add($"{address} at {width}: {over} px too wide");
                foreach (var theme in Themes(width))
                {
                    await page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
                    faults.AddRange((await page.RunAxe(Rules)).Violations.Where(v => v.Impact is "serious" or "critical")
                        .SelectMany(v => v.Nodes.Select(n => $"{address} at {width}, {theme}: {v.Id}, {v.Help}: {n.Html}")));
                }
            }

            faults.AddRange((await page.EvaluateAsync<string[]>("() => window.violations")).Select(v => $"{address}: against the content policy: {v}"));
            faults.AddRange((await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('script:not([src])')].filter(s => !/json|importmap/.test(s.type)).map(s => s.outerHTML.slice(0, 80))")).Select(s => $"{address}: inline script: {s}"));
        }

        faults.AddRange(Seen.All.Where(p => route != RouteTable.Nowhere || !p.Contains("404", StringComparison.Ordinal)));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Each width and each theme of each page in every run; each with each in a soak.</summary>
    private static IEnumerable<ColorScheme> Themes(int width) => Soak.Times(1) > 1 ? [ColorScheme.Light, ColorScheme.Dark] : [width < 600 ? ColorScheme.Dark : ColorScheme.Light];

    /// <summary>What there is to see, made once.</summary>
    public sealed class Shown
    {
        private readonly Lock _lock = new();
        private Task<Contents>? _made;

        public Task<Contents> ByAsync(Stage stage)
        {
            lock (_lock)
                return _made ??= MakeAsync(stage);
        }

        private static async Task<Contents> MakeAsync(Stage stage)
        {
            var agent = await stage.AgentAsync();
            var action = (await agent.Run.Submitted(new
            {
                type = "payment.send",
                resource = "pay://accounts/7",
                summary = "Pay the bill \u202Eetirovaf",
                reason = "It is due",
                payload = new { amount = "18.40", currency = "EUR", to = new[] { "a@example.com", "b@example.com" }, note = new string('n', 2000) },
                directedBy = "somebody@example.com",
            })).Text("id");
            (await stage.Ana.Api.Post($"actions/{action}/messages", new { text = "Whose bill is it?" })).Is(HttpStatusCode.Created);
            (await agent.Run.Agent.Post($"actions/{action}/messages", new { text = "The \u202Eone of yesterday" })).Is(HttpStatusCode.Created);
            await agent.AskAsync(Stage.Two);
            var approved = await agent.AskAsync();
            (await stage.Ana.Api.Post($"actions/{approved.Text("id")}/decisions", new { verdict = "approve", payloadDigest = approved.Text("payloadDigest"), comment = "As discussed" })).Is(HttpStatusCode.OK);
            var denied = (await agent.AskAsync()).Text("id");
            (await stage.Ana.Api.Post($"actions/{denied}/decisions", new { verdict = "deny", comment = "Not this one" })).Is(HttpStatusCode.OK);
            var supervised = (await stage.Console.As(agent.Key).Post("sessions", new { onBehalfOf = "dana@example.com", runner = new { host = "build-7", mechanism = "cgroup", isolated = true } })).Is(HttpStatusCode.Created).Text("id");
            var other = await stage.AgentAsync();
            await other.AskAsync();
            var stop = (await stage.Root.Api.Post($"agents/{other.Id}/stop", new { reason = "For the record" })).Is(HttpStatusCode.Accepted).Text("id");
            var link = (await stage.Root.Api.Post("people", new { email = "new@example.com", displayName = "New Here" })).Is(HttpStatusCode.Created).Text("setupUrl");
            // Nobody listens there, so it shows an attempt without an answer.
            var webhook = (await stage.Root.Api.Post("webhooks", new { url = "http://127.0.0.1:9/hook", events = new[] { "action.submitted", "session.started" } })).Is(HttpStatusCode.Created).Text("id");
            (await stage.Root.Api.Post($"webhooks/{webhook}/test")).Is(HttpStatusCode.OK);
            var fast = await stage.AgentAsync();
            for (var i = 0; i < 3; i++)
                await fast.AskAsync(Stage.Fast);
            var burst = (await fast.AskAsync(Stage.Fast)).Text("burstId");
            var connector = (await stage.Root.Api.Post("connectors", new
            {
                name = "forum",
                kind = "http",
                baseAddress = "http://127.0.0.1:9/",
                credential = new { placement = "header", name = "X-Api-Key", value = "a-key-of-the-forum" },
                rules = new object[]
                {
                    new { methods = new[] { "GET" }, path = "/**", pass = true },
                    new { methods = new[] { "POST" }, path = "/threads/*/posts", actionType = "forum.post", resource = "forum://threads/{1}" },
                },
            })).Is(HttpStatusCode.Created).Text("id");
            return new(agent, action, denied, stop, link, webhook, burst, connector, supervised);
        }
    }
}
