using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Ledger;

/// <summary>The ledger's page, over a real console.</summary>
public sealed class LedgerPageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task New_entries_are_counted_and_read_when_one_asks()
    {
        var scene = await Scene.SetAsync(_console);
        await using var context = await OpenAsync(scene, "Auditor");
        var page = Open(context);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".entry")));
        var before = page.FindAll(".entry").Count;
        await scene.SessionAsync();
        page.WaitForAssertion(() => Assert.Equal("1 new", page.Find(".chip.new").TextContent.Trim()));
        Assert.Equal(before, page.FindAll(".entry").Count);
        await page.PressAtAsync(".chip.new");
        page.WaitForAssertion(() => Assert.Equal("forum-helper opened the session", page.Find(".entry .sentence").TextContent));
        Assert.Empty(page.FindAll(".chip.new"));
    }

    [Fact]
    public async Task An_entry_opens_to_its_facts_and_hashes_and_one_action_can_be_followed()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        await using var context = await OpenAsync(scene, "Administrator");
        var page = Open(context, "?kind=action.");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".entry")));
        Assert.Empty(page.FindAll(".facts"));
        await page.PressAtAsync(".entry .line");
        Assert.Contains((string)action["payloadDigest"]!, page.Find(".facts").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll(".chain dd code").Count(c => c.TextContent.Length == 64));
        Assert.Contains($"/ledger?action={action["id"]}", page.FindAll(".links a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task Verifying_says_that_the_chain_holds_and_where_it_does_not()
    {
        var scene = await Scene.SetAsync(_console);
        await using var context = await OpenAsync(scene, "Auditor");
        var panel = context.Render<ChainPanel>();
        await panel.PressAtAsync("button");
        panel.WaitForAssertion(() => Assert.Contains("The chain holds.", panel.Markup, StringComparison.Ordinal));

        await using (var db = await _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync())
            await db.ChangeAsync(3, e => e.SetProperty(x => x.Kind, Kinds.ActionApproved));
        await panel.PressAtAsync("button");
        panel.WaitForAssertion(() => Assert.Contains("The chain is broken at entry 3.", panel.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_may_not_read_it_is_told_who_may_and_sees_nothing_of_it()
    {
        var scene = await Scene.SetAsync(_console);
        await using var context = await OpenAsync(scene, "Reviewer");
        var page = Open(context);
        page.WaitForAssertion(() => Assert.Contains("takes an Administrator or an Auditor", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".entry, .chain"));
    }

    private async Task<PageContext> OpenAsync(Scene scene, string role) => new(_console, (await scene.PersonAsync([role])).Id);

    private static IRenderedComponent<LedgerPage> Open(PageContext context, string query = "")
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/ledger{query}");
        return context.Render<LedgerPage>();
    }
}
