using System.Globalization;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Inbox;

/// <summary>
/// A desk with far more on it than a screen holds. What is on the screen in the end is asserted; how long it took is printed, for a machine that
/// does other things meanwhile says little of it (with AA_SOAK=10 five thousand rows).
/// </summary>
public sealed class ManyRowsTests(Stage stage) : Journey(stage)
{
    private static readonly object Unbounded = new { maxPending = 100_000, maxActionsPerMinute = 1_000_000 };

    /// <summary>Presses a key and answers when what it led to was painted: ms, for each of <c>times</c> presses.</summary>
    private const string Press = """
        async ({ key, times }) => {
          const frame = () => new Promise(requestAnimationFrame), card = () => document.querySelector(".pane article.action"), took = [];
          for (let i = 0; i < times; i++) {
            const was = card(), at = performance.now();
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            do await frame(); while ((card() === null || card() === was || !document.querySelector(".rows [aria-current=true]")) && performance.now() - at < 20_000);
            // The frame after it begins when it is on the screen.
            await frame();
            took.push(performance.now() - at);
          }
          return took;
        }
        """;

    [Fact]
    public async Task Many_rows_scroll_and_each_key_shows_the_next_card_with_no_more_rows_drawn_than_are_looked_at()
    {
        var many = Soak.Times(500);
        var agent = await Stage.AgentAsync(new { owner = Stage.Summer.Email, limits = Unbounded });
        await Soak.RunAsync(many, 16, i => agent.Run.Submitted(new { type = "wiki.edit", resource = $"{Stage.Held}{agent.Name}/{i}", summary = $"Edit {i}", payload = new { page = $"Page {i}", text = "As it was meant" } }));
        var page = await OpenAsync(Stage.Ana, $"/?agent={agent.Id}");
        await Expect(page.Locator(".chip.on .num").First).ToHaveTextAsync(many.ToString(CultureInfo.InvariantCulture));

        var gaps = await page.EvaluateAsync<double[]>("""
            async () => {
              const rows = document.querySelector(".rows"), gaps = [];
              let last = await new Promise(requestAnimationFrame);
              while (rows.scrollTop + rows.clientHeight < rows.scrollHeight - 1 && gaps.length < 400) {
                rows.scrollTop += Math.max(120, rows.scrollHeight / 150);
                const now = await new Promise(requestAnimationFrame);
                gaps.push(now - last);
                last = now;
              }
              return gaps;
            }
            """);
        Print($"{many} rows, gap between frames while they scroll", gaps);
        // At the end the last one stands there, and what was passed is not drawn any more.
        await Expect(page.Locator($".rows a.row:has-text('{agent.Name}/')").Last).ToBeInViewportAsync();
        Assert.InRange(await page.Locator(".rows a.row").CountAsync(), 5, 100);
        await page.EvaluateAsync("() => { document.querySelector('.rows').scrollTop = 0; }");

        Print($"{many} rows, J to paint", await page.EvaluateAsync<double[]>(Press, new { key = "j", times = 40 }));
        Print($"{many} rows, K to paint", await page.EvaluateAsync<double[]>(Press, new { key = "k", times = 10 }));
        // The thirtieth: its row is marked and in view, its card is the one shown, and the address has followed.
        var row = page.Locator(".rows [aria-current=true]");
        await Expect(row).ToBeInViewportAsync();
        await row.ShowsAsync((await page.Locator(".pane article.action header p bdi").First.TextContentAsync())!);
        await Expect(page).ToHaveURLAsync(new Uri(Stage.Console.Address, await row.GetAttributeAsync("href")).ToString());
        Assert.Equal(29, await row.EvaluateAsync<int>("e => Math.round((e.getBoundingClientRect().top - e.closest('.rows').getBoundingClientRect().top + e.closest('.rows').scrollTop) / e.offsetHeight)"));
        Assert.InRange(await page.Locator(".rows a.row").CountAsync(), 5, 100);

        await Expect(page.Locator(".decide[armed]")).ToBeVisibleAsync();
        // A no takes one key whatever the risk, which so many in a minute raise.
        var denied = await page.EvaluateAsync<double>("""
            async () => {
              const at = performance.now(), isDenied = () => document.querySelector(".stands")?.textContent.includes("Denied by");
              document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
              do await new Promise(requestAnimationFrame); while (!isDenied() && performance.now() - at < 20_000);
              await new Promise(requestAnimationFrame);
              return performance.now() - at;
            }
            """);
        Print($"{many} rows, a no to paint", [denied]);
        await page.Locator(".stands").ShowsAsync("Denied by");
        await Expect(page.Locator(".chip.on .num").First).ToHaveTextAsync((many - 1).ToString(CultureInfo.InvariantCulture));
        await agent.Run.Agent.Delete("sessions/current");
    }

    [Fact]
    public async Task The_largest_payload_there_may_be_is_shown_as_one_moves_to_it()
    {
        var agent = await Stage.AgentAsync();
        await agent.AskAsync();
        string[] large =
        [
            (await agent.AskAsync(payload: new { text = new string('a', 100) + "\n" + string.Join('\n', Enumerable.Range(0, 5500).Select(i => $"A line of the text, the {i:00000}th of it")) })).Text("id"),
            (await agent.Run.Submitted(new { type = "payment.send", resource = $"{Stage.Held}{agent.Name}/pay", summary = "Pay", payload = new { rows = 100_000, lines = Enumerable.Range(0, 7000).Select(i => $"A line in a list, {i:00000}") } })).Text("id"),
        ];
        var page = await OpenAsync(Stage.Ben, $"/?agent={agent.Id}");
        Print("J to paint, three cards of which two have 256 KiB", await page.EvaluateAsync<double[]>(Press, new { key = "j", times = 3 }));
        Print("K back to paint", await page.EvaluateAsync<double[]>(Press, new { key = "k", times = 2 }));
        // What can do harm is there to its last line, unfolded; the other says how much more there is.
        await page.Row(large[1]).ClickAsync();
        await Expect(page.Locator(".pane .text").Last).ToHaveTextAsync("A line in a list, 06999");
        await page.Row(large[0]).ClickAsync();
        await page.Locator(".pane .unfold").ClickAsync();
        await page.Locator(".pane .text").Last.ShowsAsync("the 05499th of it");
        await agent.Run.Agent.Delete("sessions/current");
    }

    private static void Print(string what, double[] took)
    {
        Array.Sort(took);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {took[(took.Length - 1) / 2]:0} ms, p95 {took[(int)Math.Ceiling(0.95 * took.Length) - 1]:0} ms, most {took[^1]:0} ms, of {took.Length}"));
    }
}
