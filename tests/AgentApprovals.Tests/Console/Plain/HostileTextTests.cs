using System.Net;
using System.Text;
using AgentApprovals.Console.Plain;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>What agents write can't become markup, hide, or make a page too heavy for a bad line.</summary>
public sealed class HostileTextTests(PlainConsole console) : IClassFixture<PlainConsole>
{
    private const int MostBytes = 20 * 1024;

    private Scene Scene => console.Scene;

    [Fact]
    public async Task Markup_and_hidden_characters_are_shown_as_what_they_are()
    {
        const string name = "<script>alert(1)</script>\u202Ereversed";
        var agent = await console.AgentAsync(displayName: name);
        var run = (await Scene.Console.As(agent.Key).Post("sessions", new { onBehalfOf = "dana@example.com", purpose = name })).Is(HttpStatusCode.Created);
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        foreach (var address in new[] { $"/stop?q={agent.Name}", $"/stop?session={run["id"]}" })
        {
            var page = (await browser.Go(address)).Is(HttpStatusCode.OK);
            Assert.Empty(page.Page.QuerySelectorAll("script"));
            Assert.DoesNotContain('\u202E', page.Html);
            Assert.Contains("<script>alert(1)</script>U+202E", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_heaviest_pages_are_at_most_twenty_kilobytes_with_all_they_need()
    {
        var worst = string.Concat(Enumerable.Repeat("\u200B", 200));
        AgentAtWork? agent = null;
        for (var i = 0; i < 25; i++)
            agent = await console.AgentAsync(displayName: worst, waiting: 1);
        for (var i = 0; i < 6; i++)
            await agent!.Run.Submitted(Scene.Post(worst + i));

        var (browser, _, _) = await Browser.OfAsync(Scene, ["Administrator"]);
        var list = await browser.Go("/stop");
        Assert.Contains("There are more agents than these", list.Text, StringComparison.Ordinal);
        var one = await browser.Go($"/stop?agent={agent!.Id}&session={agent.Run.Id}");
        var receipt = await browser.Follow(await browser.Send(one, "/stop"));
        foreach (var page in new[] { list, one, receipt, await browser.Go("/stops"), await browser.Go("/account"), await new Browser(Scene.Console).Go("/account/sign-in") })
        {
            Assert.True(Encoding.UTF8.GetByteCount(page.Html) <= MostBytes, $"{page.Address} has {Encoding.UTF8.GetByteCount(page.Html)} bytes.");
            // Nothing else is fetched: no script, no sheet, no font, no picture.
            Assert.Empty(page.Page.QuerySelectorAll("script, link:not([href='data:,']), img, iframe"));
            Assert.DoesNotContain("url(", page.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Colours_are_written_for_browsers_that_do_not_know_both_at_once()
    {
        var css = PlainStyles.ToThemes(":root { color-scheme: light dark; --stop: light-dark(#c11d1d, #d32b2b); --on-stop: #ffffff; --radius: 8px; }");
        Assert.Equal(":root{--stop:#c11d1d;--on-stop:#ffffff;}@media(prefers-color-scheme:dark){:root{--stop:#d32b2b;}}", css);
    }
}
