using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Sessions;
using AgentApprovals.Console.Shared;
using AgentApprovals.Tests.Drivers;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using InboxPage = AgentApprovals.Console.Inbox.Inbox;

namespace AgentApprovals.Tests.Security;

// Which test shows which threat of the design's list (the numbers are its own), where no test of this folder does:
//   6  BodyTests, IJsonTests          7  CanonicalJsonTests, CanonicalFormTests          24 SalamiTests, BurstTests        27 SigningTests, ScheduleTests
//   28 ScheduleTests, DeliveryTests   29 IdempotencyTests              30 ClockTests, InvariantTests     33 DeadlineTests
//   35 KeysTests, DecisionBarTests    37 MatrixTests, LiveSightTests   38 CookieTests, ForeignPageTests  39 CsvTests
//   41 SeedTests, AgentListTests      42 JudgementTests, SubmitTests   43 NuGetAudit and lock files, in each build
// And here: 2, 4 and 6 ShownTests (4 also HiddenTextTests), 3 MarkupTests (in a browser: AgentTextTests), 5 SinkTests, 36 PlantedSecretsTests; 40 FlatteryTests.

/// <summary>
/// Five hundred hostile texts, in every field that an agent can fill, make no element and no attribute. (What they do in a real browser, and
/// what its content policy reports, is the browser tests' AgentTextTests.)
/// </summary>
public sealed class MarkupTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public void There_are_five_hundred_and_unescaped_they_are_markup()
    {
        Assert.Equal(500, HostileMarkup.All.Count);
        var parser = new HtmlParser();
        var plain = Shapes(parser.ParseDocument("<p title=\"a\" lang='b'>c</p>"));
        var acting = HostileMarkup.All.Count(t => new[] { $"<p title=\"a\" lang='b'>{t}</p>", $"<p title=\"{t}\" lang='b'>c</p>", $"<p title=\"a\" lang='{t}'>c</p>" }
            .Any(html => Shapes(parser.ParseDocument(html)).Except(plain).Any()));
        Assert.InRange(acting, 400, 500);
    }

    [Fact]
    public void Each_is_the_very_text_in_whatever_shows_agents_words()
    {
        using var context = new BunitContext();
        context.Services.AddLocalization();
        foreach (var text in HostileMarkup.All)
            Assert.Equal(Shown(text), Fragment(context.Render<SafeText>(p => p.Add(s => s.Text, text)).Markup).TextContent);

        var json = JsonSerializer.SerializeToElement(HostileMarkup.All.Select(t => new Dictionary<string, string> { [t] = t }));
        var view = Fragment(context.Render<CascadingValue<bool>>(p => p.Add(c => c.Value, true).Add(c => c.Name, "IsWhole").AddChildContent<JsonView>(v => v.Add(j => j.Value, json))).Markup);
        Assert.Equal(HostileMarkup.All.Select(Shown), view.QuerySelectorAll("dt").Select(e => e.TextContent.Trim()));
        Assert.Equal(HostileMarkup.All.Select(Shown), view.QuerySelectorAll("dd").Select(e => e.TextContent.Trim()));
        Assert.Equal(["bdi[]", "dd[]", "div[]", "dl[class]", "dt[]", "li[]", "ol[class]", "span[class,title]", "span[class]"], Shapes(view).Order(StringComparer.Ordinal));
        var diff = Fragment(context.Render<PayloadDiff>(p => p.Add(d => d.Before, "").Add(d => d.After, string.Join('\n', HostileMarkup.All))).Markup);
        Assert.Equal(["bdi[]", "div[aria-label,class,role,tabindex]", "div[class]", "span[aria-hidden]", "span[class,title]", "span[class]"], Shapes(diff).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_page_has_an_element_or_attribute_of_an_agents_making_whatever_it_fills_in()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(extra: new { burst = new { count = 10_000, perSeconds = 1 } }) });
        var (_, _, person) = await scene.PersonAsync(["Reviewer", "Administrator", "Auditor", "Manager"]);
        // Ten actions: every text as a name, a value, and part of a reason, a message and an outcome; of the short fields each text where it may fit.
        var hostile = await ShapesAsync(scene, person, HostileMarkup.All);
        var harmless = await ShapesAsync(scene, person, [.. HostileMarkup.All.Take(100).Select(t => new string([.. t.Select(c => char.IsAsciiLetterOrDigit(c) || c == '\n' ? c : c == '\u200B' || c == '\u00AD' || c is '＜' or '＞' ? c : '.')]))]);
        Assert.Empty(hostile.Except(harmless));
        Assert.True(harmless.Count > 50, $"{harmless.Count} kinds of elements");
    }

    /// <summary>The kinds of elements, with their attributes' names, on every page that shows what an agent filled in with these texts.</summary>
    private async Task<HashSet<string>> ShapesAsync(Scene scene, string person, IReadOnlyList<string> texts)
    {
        var shapes = new HashSet<string>();
        var shown = 0;
        foreach (var (fifty, n) in texts.Chunk(50).Select((f, n) => (f, n)))
        {
            string Fitting(int most, int from) => fifty.Skip(from).Concat(fifty.Take(from)).Aggregate("", (all, t) => all.Length + t.Length < most ? $"{all} {t}" : all);
            var opened = (await scene.Console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com", purpose = Fitting(500, n), client = new { name = Fitting(100, 1), version = Fitting(100, 12), model = Fitting(100, 23), host = Fitting(250, 34) } })).Is(HttpStatusCode.Created);
            var run = new Run(scene.Console.As(opened.Text("token")), opened.Text("id"), opened);
            var payload = new Dictionary<string, object> { ["names"] = fifty.Distinct().ToDictionary(t => t, _ => 1), ["values"] = fifty };
            var asked = await run.Submitted(new { type = "forum.post", resource = Fitting(500, 5), summary = Fitting(200, n), reason = Fitting(4000, 20), payload, directedBy = $"\"onload={HostileMarkup.Ran}'{n}@example.com" });
            (await run.Agent.Post($"actions/{asked["id"]}/messages", new { text = Fitting(4000, 30) })).Is(HttpStatusCode.Created);
            shown += await LookAsync<InboxPage>($"/?id={asked["id"]}", ".talk .words", null);
            if (n % 5 != 0)
                continue;
            await ExecuteAsync(scene, run, asked, Fitting(500, 40));
            shown += await LookAsync<SessionPage>($"/sessions/{run.Id}", ".timeline .told", run.Id);
            shown += await LookAsync<LedgerPage>("/ledger", ".entry", null);
            shown += await LookAsync<SessionsPage>("/sessions", ".purpose", null);
        }

        Assert.Equal((texts.Count / 50) + (3 * ((texts.Count + 249) / 250)), shown);
        return shapes;

        async Task<int> LookAsync<T>(string address, string awaited, string? id) where T : IComponent
        {
            await using var context = new PageContext(_console, person);
            context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
            var page = context.Render<T>(p =>
            {
                if (id is not null)
                    p.TryAdd("Id", Guid.Parse(id));
            });
            page.WaitForElement(awaited);
            var html = Fragment(page.Markup);
            shapes.UnionWith(Shapes(html));
            Assert.DoesNotContain(html.QuerySelectorAll("[href], [src], [action], [srcdoc], [style]"), e => e.Attributes.Any(a => a.Value.Contains("script:", StringComparison.OrdinalIgnoreCase) || a.Value.Contains("//evil", StringComparison.Ordinal)));
            return 1;
        }
    }

    private static async Task ExecuteAsync(Scene scene, Run run, JsonNode asked, string detail)
    {
        (await scene.Admin.Approve(asked)).Is(HttpStatusCode.OK);
        if ((await scene.Admin.Look(asked)).Text("status") == "pending")
            (await (await scene.ReviewerAsync()).Approve(await scene.Admin.Look(asked))).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{asked["id"]}/redeem")).Is(HttpStatusCode.OK);
        (await run.Agent.Post($"actions/{asked["id"]}/result", new { outcome = "failed", detail })).Is(HttpStatusCode.OK);
    }

    /// <summary>As people read it: what is hidden by its code.</summary>
    private static string Shown(string text) => string.Concat(AgentApprovals.Domain.Text.HiddenText.Segments(text).Select(s => s.Code ?? s.Text));

    private static IElement Fragment(string markup) => new HtmlParser().ParseDocument($"<!DOCTYPE html><body>{markup}</body>").Body!;

    /// <summary>Without what the framework adds: its events, and the scopes of style sheets.</summary>
    private static IEnumerable<string> Shapes(IParentNode of) => of.QuerySelectorAll("*")
        .Select(e => $"{e.LocalName}[{string.Join(',', e.Attributes.Select(a => a.Name).Where(a => !a.Contains(':', StringComparison.Ordinal) && !(a.StartsWith("b-", StringComparison.Ordinal) && a.Length == 12)).Order(StringComparer.Ordinal))}]").Distinct();
}
