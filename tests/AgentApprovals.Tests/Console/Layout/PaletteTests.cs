using AgentApprovals.Console.Layout;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Layout;

/// <summary>The way to anywhere by the keyboard, and to nothing that one may not know of.</summary>
public sealed class PaletteTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Typing_finds_pages_agents_and_ids_and_enter_goes_there()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = (await run.Submitted()).Text("id");
        var (_, _, manager) = await scene.PersonAsync(["Manager"]);
        await using var context = new PageContext(_console, manager);
        var palette = await OpenAsync(context);
        Assert.Contains("Fleet", Titles(palette));
        Assert.DoesNotContain("People", Titles(palette));

        await palette.Find("#palette").InputAsync(new() { Value = "forum-h" });
        palette.WaitForAssertion(() => Assert.Contains(Titles(palette), t => t.Contains("Stop forum-helper", StringComparison.Ordinal)));
        await palette.Find("#palette").InputAsync(new() { Value = action });
        palette.WaitForAssertion(() => Assert.Single(palette.FindAll("li")));
        await palette.Find("#palette").KeyDownAsync(new Microsoft.AspNetCore.Components.Web.KeyboardEventArgs { Key = "Enter" });
        Assert.EndsWith($"/?id={action}", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Empty(palette.FindAll("#palette"));
    }

    [Fact]
    public async Task What_one_may_not_know_of_is_not_found_by_name_nor_by_id()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = (await run.Submitted()).Text("id");
        var stop = (await scene.Admin.Post($"sessions/{run.Id}/stop")).Is(System.Net.HttpStatusCode.Accepted).Text("id");
        var (_, _, nobody) = await scene.PersonAsync([]);
        await using var context = new PageContext(_console, nobody);
        var palette = await OpenAsync(context);
        foreach (var typed in new[] { "forum-helper", action, run.Id, stop, scene.AgentId })
        {
            await palette.Find("#palette").InputAsync(new() { Value = typed });
            palette.WaitForAssertion(() => Assert.Contains("Nothing that you may see", palette.Markup, StringComparison.Ordinal));
        }
    }

    private static async Task<IRenderedComponent<Palette>> OpenAsync(PageContext context)
    {
        var palette = context.Render<Palette>();
        await palette.Find("[data-key='Ctrl+k']").ClickAsync(new());
        return palette;
    }

    private static List<string> Titles(IRenderedComponent<Palette> palette) => [.. palette.FindAll("li bdi").Select(b => b.TextContent.Trim())];
}
