using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Line;

public sealed class RestartTests(Stage stage)
{
    [Fact]
    public async Task A_page_outlives_a_restart_of_the_server_and_neither_misses_nor_doubles_anything()
    {
        var before = new TestConsole();
        var (folder, address) = (before.Folder, before.Address);
        var scene = await Scene.SetAsync(before, new[] { Scene.Rule(hold: 900) });
        var (_, _, ana) = await scene.PersonAsync(["Reviewer"]);
        var run = await scene.SessionAsync();
        var first = (await run.Submitted(Scene.Post("forum://1"))).Text("id");
        var gone = (await run.Submitted(Scene.Post("forum://2"))).Text("id");

        await using var context = await stage.Browser.NewContextAsync(new() { StorageState = await SignIn.StateAsync(stage.Browser, scene.Admin, ana), BaseURL = address.ToString() });
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/?id={first}");
        await page.IsLiveAsync();
        await page.AnswerAsync("a", page.Answer("y"));
        await page.AnswerAsync("y", page.Answer("u"));
        await Expect(page.Locator(".rows a")).ToHaveCountAsync(2);

        await before.DisposeAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await using var after = new TestConsole(folder: folder, port: address.Port);
        var agent = after.As(run.Opened.Text("token"));
        (await agent.Delete($"actions/{gone}")).Is(HttpStatusCode.OK);
        var later = (await agent.Post("actions", Scene.Post("forum://3"))).Is(HttpStatusCode.Created).Text("id");

        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await page.IsLiveAsync();
        // It came while the page was reading, or before it was back; either way it is here, once.
        await Expect(page.Row(later).Or(page.Locator(".chip.new")).First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("n");
        await Expect(page.Row(later)).ToHaveCountAsync(1);
        await Expect(page.Row(gone)).ToHaveCountAsync(0);
        await page.Locator(".stands").ShowsAsync("Takes effect in");
        Assert.Single((await after.Admin.Get($"actions/{first}")).Is(HttpStatusCode.OK)["approvals"]!.AsArray());
        Assert.Equal("pending", (await agent.Get($"actions/{later}")).Text("status"));

        // It decides again, once.
        await page.GotoAsync($"/?id={later}");
        await page.IsLiveAsync();
        await page.AnswerAsync("a", page.Answer("y"));
        await page.AnswerAsync("y", page.Answer("u"));
        Assert.Single((await after.Admin.Get($"actions/{later}")).Is(HttpStatusCode.OK)["approvals"]!.AsArray());
    }
}
