using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Console.Plain;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>What people's decisions ask of them: for managers by name, and for each person of themselves.</summary>
public sealed class ReviewerHealthTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public ReviewerHealthTests() => _console = new(_clock, timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Sooner_than_it_can_be_read_goes_by_the_length_of_the_payload_and_by_when_they_opened_it()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var (reviewer, _, id) = await scene.PersonAsync(["Reviewer"]);
        var run = await scene.SessionAsync();
        // 486 characters and 14 of JSON around them: one second, and ten for reading.
        var text = new string('a', 486);
        for (var (n, seconds) = (0, 10.999); n < 2; n++, seconds = 11)
        {
            var action = await run.Submitted(Scene.Post(payload: new { n, body = text[n..] }));
            _clock.Advance(TimeSpan.FromSeconds(n == 0 ? seconds - 0.1 : seconds + 0.1));
            (await reviewer.Approve(action)).Is(HttpStatusCode.OK);
        }

        Assert.Equal((2, 1), (await Of(scene, id, "decisions"), await Of(scene, id, "quick")));
        // Asked for long ago and opened only now: the time counts from when it was opened.
        var late = await run.Submitted(Scene.Post(payload: new { n = 2, body = text }));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await _console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>().CommitAsync(new View(new PersonActor(new PersonId(Guid.Parse(id))), new(Guid.Parse(late.Text("id")))));
        _clock.Advance(TimeSpan.FromSeconds(3));
        (await reviewer.Deny(late)).Is(HttpStatusCode.OK);
        Assert.Equal((3, 2), (await Of(scene, id, "decisions"), await Of(scene, id, "quick")));
        Assert.Empty(await Recount.DifferencesAsync(_console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>(), Moment.From(_clock.GetUtcNow())));
    }

    [Fact]
    public async Task Two_who_decide_the_same_agree_or_differ_and_both_are_told()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule(requires: new[] { new[] { new { from = "Reviewer", count = 2 } } }) });
        var (first, second, third) = (await scene.PersonAsync(["Reviewer"]), await scene.PersonAsync(["Reviewer"]), await scene.PersonAsync(["Reviewer"]));
        var run = await scene.SessionAsync();
        var both = await run.Submitted();
        (await first.Person.Approve(both)).Is(HttpStatusCode.OK);
        (await second.Person.Approve(both)).Is(HttpStatusCode.OK);
        var split = await run.Submitted(Scene.Post(payload: new { n = 1 }));
        (await first.Person.Approve(split)).Is(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromHours(2));
        run = await scene.SessionAsync();
        var alone = await run.Submitted(Scene.Post(payload: new { n = 2 }));
        (await third.Person.Deny(alone)).Is(HttpStatusCode.OK);
        var late = await run.Submitted(Scene.Post(payload: new { n = 3 }));
        (await first.Person.Approve(late)).Is(HttpStatusCode.OK);
        (await second.Person.Deny(late)).Is(HttpStatusCode.OK);

        Assert.Equal((1, 1), (await Of(scene, first.Id, "agreed"), await Of(scene, first.Id, "differed")));
        Assert.Equal((1, 1), (await Of(scene, second.Id, "agreed"), await Of(scene, second.Id, "differed")));
        Assert.Equal((0, 0), (await Of(scene, third.Id, "agreed"), await Of(scene, third.Id, "differed")));
        var load = await LoadAsync(scene.Admin, first.Id);
        Assert.Equal((2, 1, 9, 2), ((int)load["byHour"]![9]!, (int)load["byHour"]![11]!, (int)load["busiestHour"]!, (int)load["mostInHour"]!));
        Assert.Equal(3, load["byHour"]!.AsArray().Sum(n => (int)n!));
        var shown = (await scene.Admin.Get("risk")).Is(HttpStatusCode.OK)["reviewers"]!.AsArray().Single(r => r!["person"]!.Text("id") == first.Id)!;
        Assert.Equal(load.ToJsonString(), shown.ToJsonString());
        Assert.Empty(await Recount.DifferencesAsync(_console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>(), Moment.From(_clock.GetUtcNow())));

        // The list behind a figure has a row for each that it counts.
        foreach (var who in new[] { first, second, third })
        {
            var of = await LoadAsync(scene.Admin, who.Id);
            var today = _clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (figure, narrowed) in new[] { ("decisions", ""), ("approved", "&verdict=approve"), ("denied", "&verdict=deny"), ("quick", "&only=hurried"), ("agreed", "&only=agreed"), ("differed", "&only=differed") })
                Assert.Equal((figure, (int)of[figure]!), (figure, await CountAsync(who.Person, $"personId={who.Id}&from={today}&to={today}{narrowed}")));
            foreach (var (count, hour) in of["byHour"]!.AsArray().Select((n, h) => ((int)n!, h)))
                Assert.Equal((hour, count), (hour, await CountAsync(scene.Admin, $"personId={who.Id}&hour={hour}")));
            Assert.Equal(0, await CountAsync(scene.Admin, $"personId={who.Id}&to=2026-11-23"));
        }

        var page = (await scene.Admin.Get("decisions?limit=2")).Is(HttpStatusCode.OK);
        Assert.Equal(["deny", "approve"], page["items"]!.AsArray().Select(i => i!.Text("verdict")));
        Assert.Equal((late.Text("id"), second.Id), (page["items"]![0]!.Text("actionId"), page["items"]![0]!["person"]!.Text("id")));
        Assert.Equal(6, await CountAsync(scene.Admin, "limit=1"));
        Assert.Equal(second.Id, (await first.Person.Get($"decisions?personId={first.Id}&only=differed")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single()!["other"]!.Text("id"));
        (await first.Person.Get($"decisions?personId={second.Id}")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        (await first.Person.Get("decisions")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        foreach (var bad in new[] { "hour=24", "only=quick", "verdict=yes", "from=yesterday", "to=2026-13-01", "personId=me" })
            (await scene.Admin.Get($"decisions?{bad}")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");

        // Each sees their own, a Manager everybody's, and nobody else's is anybody's.
        Assert.Equal(load.ToJsonString(), (await LoadAsync(first.Person, first.Id)).ToJsonString());
        (await second.Person.Get($"people/{first.Id}/load")).IsRefused(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(0, (int)(await LoadAsync((await scene.PersonAsync(["Manager"])).Person, (await scene.PersonAsync([])).Id))["decisions"]!);
        (await scene.Admin.Get($"people/{Guid.NewGuid()}/load")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await first.Person.Get($"people/{first.Id}/load?days=0")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_account_page_shows_a_person_their_own_and_nobody_elses()
    {
        // A browser keeps cookies by its own clock, so this one goes by the machine's.
        await using var console = new TestConsole(hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule() });
        var (browser, id, _) = await Browser.OfAsync(scene, ["Reviewer"]);
        using var _ = browser;
        Assert.Contains("You decided nothing in these days", (await browser.Go("/account")).Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        var other = await scene.PersonAsync(["Reviewer"]);
        var token = (await scene.Admin.Post($"people/{id}/tokens", new { name = "t", mayDecide = "all" })).Is(HttpStatusCode.Created).Text("token");
        var run = await scene.SessionAsync();
        (await console.As(token).Approve(await run.Submitted(Scene.Post(payload: new { body = new string('a', 10_000) })))).Is(HttpStatusCode.OK);
        (await other.Person.Deny(await run.Submitted(Scene.Post(payload: new { n = 1 })))).Is(HttpStatusCode.OK);
        var page = (await browser.Go("/account")).Is(HttpStatusCode.OK);
        Assert.Contains("1, 100 % approved", page.Text, StringComparison.Ordinal);
        Assert.Matches("Sooner than the payload can be read ?1 of 1", page.Text);
        // Each figure leads to their own decisions, which they may see without any role that looks after others.
        Assert.All(page.Page.QuerySelector("#attention ~ dl")!.QuerySelectorAll("a"), a => Assert.StartsWith($"/decisions?person={id}&", a.GetAttribute("href"), StringComparison.Ordinal));
        Assert.Single((await console.As(token).Get($"decisions?personId={id}")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Matches("^[0-2][0-9]:00$", page.Page.QuerySelectorAll("meter").Single().GetAttribute("aria-label")!);
        Assert.DoesNotContain(other.Email, page.Html, StringComparison.Ordinal);

        var (plain, _, _) = await Browser.OfAsync(scene, []);
        using var __ = plain;
        Assert.DoesNotContain("attention", (await plain.Go("/account")).Is(HttpStatusCode.OK).Text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonNode> LoadAsync(Person asker, string person) => (await asker.Get($"people/{person}/load")).Is(HttpStatusCode.OK);

    /// <summary>The rows of a list of decisions, whatever the size of its pages.</summary>
    private static async Task<int> CountAsync(Person asker, string query)
    {
        var (count, cursor) = (0, "");
        do
        {
            var page = (await asker.Get($"decisions?{query}{cursor}")).Is(HttpStatusCode.OK);
            count += page["items"]!.AsArray().Count;
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);
        return count;
    }

    private static async Task<int> Of(Scene scene, string person, string figure) => (int)(await LoadAsync(scene.Admin, person))[figure]!;
}
