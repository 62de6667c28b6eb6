using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Security;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Security;

public sealed class AgentTextTests(Stage stage, ITestOutputHelper output) : Journey(stage)
{
    private const string Ran = "(window.ran=(window.ran||0)+1)";

    /// <summary>After the OWASP cheat sheet on evading XSS filters: what would run, load, redirect, rebase, restyle or post, if it were markup.</summary>
    private static readonly string[] Hostile =
    [
        $"<script>{Ran}</script>",
        $"\"><script>{Ran}</script>",
        $"'><img src=x onerror=\"{Ran}\">",
        $"<img src=x onerror=\"{Ran}\">",
        $"<svg onload=\"{Ran}\">",
        $"<svg><script>{Ran}</script></svg>",
        $"<svg><animate onbegin=\"{Ran}\" attributeName=x dur=1s>",
        $"<body onload=\"{Ran}\">",
        $"<details open ontoggle=\"{Ran}\"><summary>x</summary></details>",
        $"<video><source onerror=\"{Ran}\"></video>",
        $"<audio src=x onerror=\"{Ran}\"></audio>",
        $"<input autofocus onfocus=\"{Ran}\">",
        $"<select autofocus onfocus=\"{Ran}\"></select>",
        $"<iframe srcdoc=\"<script>parent.ran=(parent.ran||0)+1</script>\"></iframe>",
        $"<iframe src=\"javascript:parent.ran=(parent.ran||0)+1\"></iframe>",
        $"<object data=\"data:text/html,<script>1</script>\" onerror=\"{Ran}\"></object>",
        $"<math><mtext><img src=x onerror=\"{Ran}\"></mtext></math>",
        $"<style>@import 'https://evil.example/a.css'</style>",
        "<link rel=stylesheet href=https://evil.example/b.css>",
        "<img src=https://evil.example/pixel.gif>",
        "<base href=https://evil.example/>",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
        "<form action=https://evil.example/><button>Approve</button></form>",
        $"<a href=\"javascript:{Ran}\">Approve</a>",
        $"</textarea><script>{Ran}</script>",
        $"</title><script>{Ran}</script>",
        $"</style><script>{Ran}</script>",
        $"--><script>{Ran}</script><!--",
        $"]]><script>{Ran}</script>",
        $"&lt;script&gt;{Ran}&lt;/script&gt;",
        $"<scr<script>ipt>{Ran}</scr</script>ipt>",
        $"{{{{constructor.constructor('{Ran}')()}}}}",
        $"${{{Ran}}}",
        "@(1+1) @{ throw new Exception(); }",
        $"[click](javascript:{Ran}) ![p](https://evil.example/p.png)",
        "<div style=\"position:fixed;inset:0;z-index:9999;background:url(https://evil.example/c.png)\">Approved</div>",
    ];

    [Fact]
    public async Task What_an_agent_writes_is_text_whatever_it_looks_like()
    {
        var agent = await Stage.AgentAsync();
        var texts = Hostile.Order(StringComparer.Ordinal).ToArray();
        var resources = new Dictionary<string, string>();
        var said = new Dictionary<string, string>();
        for (var i = 0; i < texts.Length; i++)
        {
            string Text(int field) => texts[(i + field) % texts.Length];
            var asked = await agent.Run.Submitted(new
            {
                type = "wiki.edit",
                resource = Text(0),
                summary = Text(1),
                reason = Text(2),
                directedBy = $"{i}@example.com",
                payload = new Dictionary<string, object> { [Text(3)] = Text(4), ["list"] = new[] { Text(5), Text(6) } },
            });
            (await agent.Run.Agent.Post($"actions/{asked["id"]}/messages", new { text = Text(7) })).Is(System.Net.HttpStatusCode.Created);
            resources[asked.Text("id")] = Text(0);
            said[asked.Text("id")] = Text(7);
        }

        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}");
        await Expect(page.Locator(".rows a")).ToHaveCountAsync(texts.Length);
        var seen = new HashSet<string>();
        for (var i = 0; i < texts.Length; i++)
        {
            await page.Keyboard.PressAsync("j");
            await Expect(page.Locator(".rows a").Nth(i)).ToHaveAttributeAsync("aria-current", "true");
            var id = await page.EvaluateAsync<string>("() => new URLSearchParams(location.search).get('id')");
            await page.Locator(".action header").ShowsAsync(resources[id]);
            await page.Locator(".talk .agent .words").ShowsAsync(said[id]);
            var shown = (await page.Locator(".action").TextContentAsync())!;
            seen.UnionWith(texts.Where(t => shown.Contains(t, StringComparison.Ordinal)));
        }

        Assert.Equal(texts, seen.Order(StringComparer.Ordinal));
        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.ran ?? 0"));
        Assert.Empty(Seen.All);
    }

    /// <summary>The five hundred of <see cref="HostileMarkup"/>, as names and values of payloads, in reasons and in messages; a sample in the short fields.</summary>
    [Fact]
    public async Task Of_five_hundred_texts_none_runs_goes_out_or_is_reported()
    {
        var agent = await Stage.AgentAsync();
        var page = await PageAsync(Stage.Ana);
        foreach (var hundred in HostileMarkup.All.Chunk(100))
        {
            var asked = await agent.Run.Submitted(new
            {
                type = "wiki.edit",
                resource = hundred[0],
                summary = hundred[1],
                reason = string.Join(' ', hundred)[..4000],
                payload = new[] { hundred[..50], hundred[50..] }.Select(fifty => new Dictionary<string, object> { ["names"] = fifty.ToDictionary(t => t, _ => 1), ["values"] = fifty }),
            });
            (await agent.Run.Agent.Post($"actions/{asked["id"]}/messages", new { text = string.Join(' ', hundred)[^4000..] })).Is(System.Net.HttpStatusCode.Created);
            await page.GotoAsync($"/?id={asked["id"]}");
            await page.IsLiveAsync();
            await page.Locator(".talk .agent .words").ShowsAsync(hundred[^1].Split('\n')[0].Trim());
            await Expect(page.Locator(".action .json dt")).ToHaveCountAsync(2 * (2 + 50));
            await Expect(page.Locator(".action .json li .text")).ToHaveCountAsync(100);
            Assert.Equal(0, await page.EvaluateAsync<int>("() => (window.ran ? 1 : 0) + document.querySelectorAll('.action :is(script, img, iframe, object, embed, svg, style, link, base, form form)').length"));
        }

        await page.GotoAsync($"/sessions/{agent.Run.Id}");
        await Expect(page.Locator(".timeline .told")).Not.ToHaveCountAsync(0);
        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.ran ? 1 : 0"));
        Assert.Empty(Seen.All);
    }

    [Fact]
    public async Task The_same_texts_run_where_they_are_markup()
    {
        var page = await PageAsync(null);
        var requests = 0;
        await page.RouteAsync("https://evil.example/**", route =>
        {
            requests++;
            return route.AbortAsync();
        });
        var ran = 0;
        foreach (var text in Hostile.Where(t => !t.Contains("http-equiv", StringComparison.Ordinal)))
        {
            // The window outlives its content; each text is counted for itself.
            await page.GotoAsync("about:blank");
            await page.SetContentAsync($"<!DOCTYPE html><body>{text}</body>", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
            ran += await page.EvaluateAsync<int>("() => new Promise(done => setTimeout(() => done(window.ran ? 1 : 0), 30))");
        }

        output.WriteLine($"Unescaped: {ran} of {Hostile.Length} texts ran, {requests} requests went out.");
        Assert.True(ran >= 15, $"{ran} of {Hostile.Length} ran");
        Assert.True(requests >= 3, $"{requests} requests");
    }

    [Fact]
    public async Task Hidden_and_bidirectional_characters_are_made_visible()
    {
        var agent = await Stage.AgentAsync();
        int[] hidden = [0x202E, 0x202A, 0x2066, 0x2069, 0x200B, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0xE0041, 0x2028, 0x001B, 0x009B, 0x0007];
        var text = string.Concat(hidden.Select(c => $"a{char.ConvertFromUtf32(c)}b"));
        var asked = (await agent.AskAsync(payload: new { text, tag = "x\0y" }, summary: text)).Text("id");
        var page = await OpenAsync(Stage.Ana, $"/?id={asked}");
        foreach (var place in new[] { page.Locator(".action .json").First, page.Locator(".action blockquote") })
        {
            var chips = await place.Locator(".chip-code").AllTextContentsAsync();
            Assert.All(hidden, c => Assert.Contains($"U+{c:X4}", chips));
        }

        // Copied, it is the text as it was written; and on the screen it stays as it was.
        Assert.Equal(text, await page.Locator(".action blockquote bdi").First.EvaluateAsync<string>("""
            words => {
              getSelection().selectAllChildren(words);
              const copying = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
              words.dispatchEvent(copying);
              return copying.clipboardData.getData("text/plain");
            }
            """));
        Assert.Equal("U+202E", await page.Locator(".action blockquote .chip-code").First.TextContentAsync());
        Assert.Contains("U+0000", await page.Locator(".action .json .chip-code").AllTextContentsAsync());
        Assert.Empty(Seen.All);
    }
}
