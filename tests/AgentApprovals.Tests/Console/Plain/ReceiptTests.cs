using System.Net;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>What a receipt promises, and what the pages do while the database does not answer.</summary>
public sealed class ReceiptTests(PlainConsole console) : IClassFixture<PlainConsole>
{
    private Scene Scene => console.Scene;

    [Fact]
    public async Task A_receipt_tells_what_happened_what_may_have_and_what_did_not()
    {
        var agent = await console.AgentAsync(waiting: 2);
        var reviewer = await Scene.ReviewerAsync();
        var released = await ReleasedAsync(agent, reviewer, 10);
        var executing = await ReleasedAsync(agent, reviewer, 11);
        (await agent.Run.Agent.Post($"actions/{executing}/redeem")).Is(HttpStatusCode.OK);
        var completed = await ReleasedAsync(agent, reviewer, 12);
        (await agent.Run.Agent.Post($"actions/{completed}/redeem")).Is(HttpStatusCode.OK);
        (await agent.Run.Agent.Post($"actions/{completed}/result", new { outcome = "succeeded" })).Is(HttpStatusCode.OK);

        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        var page = await browser.Go($"/stop?session={agent.Run.Id}");
        Assert.Contains("2 waiting, 1 released, 1 executing", page.Text, StringComparison.Ordinal);
        var receipt = await browser.Follow(await browser.Send(page, "/stop", ("target", $"session:{agent.Run.Id}"), ("reason", "Posts too much")));
        Assert.Equal(
            ["1 was executing: it may have happened.", "1 action was completed.", "1 was released and not yet used: its permit is revoked, it did not happen.", "2 were waiting: they did not happen."],
            receipt.Page.QuerySelectorAll("h2 + ul.list > li").Select(li => li.TextContent));
        Assert.Contains("Posts too much", receipt.Text, StringComparison.Ordinal);
        Assert.Contains("Post to the forum", receipt.Text, StringComparison.Ordinal);
        Assert.Equal("stopped", (string?)(await reviewer.Get($"actions/{released}")).Body?["status"]);

        // Only the session was stopped: the agent is one button further.
        var next = await browser.Follow((await browser.Send(receipt, "/stop?agent")).Is(HttpStatusCode.SeeOther));
        Assert.Equal($"{agent.Name} is cut off", next.Title);
        Assert.Contains("A Manager or an Administrator can lift that", next.Text, StringComparison.Ordinal);
        Assert.Contains(agent.Name, (await browser.Go("/stops")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_that_has_not_confirmed_is_never_shown_as_confirmed_and_the_page_comes_again()
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        var stop = new StopId(Guid.Parse((await browser.Send(await browser.Go($"/stop?agent={agent.Id}"), "/stop")).Response.Headers.Location!.ToString().Split('/')[^1]));
        var ledger = Scene.Console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>();
        await ledger.CommitAsync(new ConfirmLayers(stop, [new("network", LayerState.Absent, null, "no isolation was set up"), new("webhook:identity-provider", LayerState.Waiting, null, "")]));
        var waiting = await browser.Go($"/stops/{stop}");
        Assert.Equal($"{agent.Name} is being cut off", waiting.Title);
        Assert.Contains("3 of 4 layers confirmed. Waiting for: identity-provider.", waiting.Text, StringComparison.Ordinal);
        Assert.NotNull(waiting.Page.QuerySelector("meta[http-equiv=refresh]"));
        Assert.Null((await browser.Go($"/stops/{stop}?hold=1")).Page.QuerySelector("meta[http-equiv=refresh]"));

        await ledger.CommitAsync(new ConfirmLayers(stop, [new("webhook:identity-provider", LayerState.Failed, null, "503 five times")]));
        var failed = await browser.Go($"/stops/{stop}");
        Assert.Equal($"{agent.Name} is not wholly cut off", failed.Title);
        Assert.Contains("Assume that what it should have taken away still works", failed.Text, StringComparison.Ordinal);

        await ledger.CommitAsync(new ConfirmLayers(stop, [new("webhook:identity-provider", LayerState.Confirmed, 70, "202")]));
        Assert.Equal($"{agent.Name} is cut off", (await browser.Go($"/stops/{stop}")).Title);
        await Eventually.IsAsync(async () => (await browser.Go($"/stops/{stop}")).Page.QuerySelector("meta[http-equiv=refresh]") is null);
    }

    [Fact]
    public async Task Whoever_ordered_a_stop_says_why_afterwards_and_nobody_else()
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        var receipt = await browser.Follow(await browser.Send(await browser.Go($"/stop?agent={agent.Id}"), "/stop"));
        var reason = new Uri(receipt.Address).AbsolutePath + "/reason";
        (await Scene.Admin.Post(reason[1..], new { reason = "Mine" })).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        var (stranger, _, _) = await Scene.PersonAsync([]);
        (await stranger.Post(reason[1..], new { reason = "Mine" })).IsRefused(HttpStatusCode.NotFound, "not_found");
        var told = await browser.Follow((await browser.Send(receipt, reason, ("reason", "It posts what nobody asked for"))).Is(HttpStatusCode.SeeOther));
        Assert.Contains("It posts what nobody asked for", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(told.Page.Forms, f => f.GetAttribute("action") == reason);
    }

    [Fact]
    public async Task A_stop_of_somebody_elses_is_not_found()
    {
        var agent = await console.AgentAsync();
        var id = (await Scene.Admin.Post($"agents/{agent.Id}/stop")).Is(HttpStatusCode.Accepted)["id"];
        var (browser, _, _) = await Browser.OfAsync(Scene, []);
        Assert.Equal("No such stop", (await browser.Go($"/stops/{id}")).Is(HttpStatusCode.NotFound).Title);
        Assert.DoesNotContain(agent.Name, (await browser.Go("/stops")).Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_makes_the_page_poorer_and_leaves_the_button()
    {
        var agent = await console.AgentAsync();
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        using var old = browser.Twin();
        PlainAnswer poor;
        await using (await WithoutAsync("actions"))
        {
            poor = (await browser.Go($"/stop?agent={agent.Id}")).Is(HttpStatusCode.OK);
            Assert.Contains("Not everything could be read", poor.Text, StringComparison.Ordinal);
            Assert.Contains(agent.Name, poor.Text, StringComparison.Ordinal);
            Assert.NotNull((await browser.Go("/stop")).Is(HttpStatusCode.OK).Page.QuerySelector("button.stop"));
        }

        await using (await WithoutAsync("logins"))
        {
            // A cookie speaks for itself while nobody can look its stamp up.
            (await browser.Send(poor, "/stop")).Is(HttpStatusCode.SeeOther);
        }

        await agent.IsStopped();
        await using (await WithoutAsync("stops"))
        {
            var broken = (await browser.Go("/stops")).Is(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("Not available just now", broken.Title);
            Assert.NotNull(broken.Page.QuerySelector("a.to-stop"));
        }
    }

    private static async Task<string> ReleasedAsync(AgentAtWork agent, Person reviewer, int number)
    {
        var action = await agent.Run.Submitted(Scene.Post($"forum://engineering/threads/{number}"));
        (await reviewer.Post($"actions/{action["id"]}/decisions", new { verdict = "approve", payloadDigest = (string?)action["payloadDigest"] })).Is(HttpStatusCode.OK);
        return action["id"]!.ToString();
    }

    /// <summary>Takes a table away until disposed.</summary>
    private async Task<IAsyncDisposable> WithoutAsync(string table)
    {
        await RenameAsync(table, table + "_away");
        return new Back(() => RenameAsync(table + "_away", table));
    }

    private async Task RenameAsync(string from, string to)
    {
        await using var db = await Scene.Console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync();
#pragma warning disable EF1002 // The names are the test's own.
        await db.Database.ExecuteSqlRawAsync($"ALTER TABLE \"{from}\" RENAME TO \"{to}\"");
#pragma warning restore EF1002
    }

    private sealed class Back(Func<Task> put) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await put();
    }
}
