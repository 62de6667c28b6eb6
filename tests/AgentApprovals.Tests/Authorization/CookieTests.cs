using System.Net;
using System.Text;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Authorization;

/// <summary>A cookie comes with every request that a browser makes, whoever made the page: alone it changes nothing.</summary>
public sealed class CookieTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task No_route_that_changes_something_takes_a_cookie_alone()
    {
        var alone = await _console.ByCookieAsync(TestConsole.AdminEmail, antiforgery: false);
        var ours = await _console.ByCookieAsync(TestConsole.AdminEmail, antiforgery: true);
        (await alone.Get("agents")).Is(HttpStatusCode.OK);
        var changing = RoleTable.Api.Where(r => !r.Route.StartsWith("GET ", StringComparison.Ordinal) && (r.Who & ~(Who.Session | Who.Key)) != Who.Nobody).ToList();
        var before = (await _console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["entries"]!.ToString();
        foreach (var row in changing)
            Assert.Contains("antiforgery", (await SendAsync(alone, row)).Detail, StringComparison.Ordinal);
        Assert.Equal(before, (await _console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["entries"]!.ToString());
        // The control: with the token of our own page each is answered by the route itself.
        foreach (var row in changing)
            Assert.DoesNotContain("antiforgery", (await SendAsync(ours, row)).Detail, StringComparison.Ordinal);
        Assert.InRange(changing.Count, 15, 100);
    }

    [Fact]
    public async Task An_antiforgery_token_is_of_one_person()
    {
        var scene = new Scene(_console);
        var (_, email, _) = await scene.PersonAsync(["Administrator"]);
        var admin = await _console.ByCookieAsync(TestConsole.AdminEmail, antiforgery: true);
        var other = await _console.ByCookieAsync(email, antiforgery: true);
        other.Client.DefaultRequestHeaders.Remove("X-CSRF-TOKEN");
        other.Client.DefaultRequestHeaders.Add("X-CSRF-TOKEN", admin.Client.DefaultRequestHeaders.GetValues("X-CSRF-TOKEN"));
        (await other.Put("instructions", new { text = "x" })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await admin.Put("instructions", new { text = "x" })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deactivated_persons_cookie_opens_nothing_at_once()
    {
        var scene = new Scene(_console);
        var (_, email, id) = await scene.PersonAsync(["Reviewer"]);
        var browser = await _console.ByCookieAsync(email, antiforgery: false);
        (await browser.Get("agents")).Is(HttpStatusCode.OK);
        (await _console.Admin.Patch($"people/{id}", new { active = false })).Is(HttpStatusCode.OK);
        (await browser.Get("agents")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task A_cookie_from_before_the_password_was_changed_opens_nothing()
    {
        var browser = await _console.ByCookieAsync(TestConsole.AdminEmail, antiforgery: false);
        (await browser.Get("agents")).Is(HttpStatusCode.OK);
        await using (var db = await _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var person = await db.People.SingleAsync(TestContext.Current.CancellationToken);
            db.Logins.Add(new() { PersonSequence = person.Sequence, SecurityStamp = "another" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await browser.Get("agents")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    private static async Task<(int Status, string Detail)> SendAsync(Person person, Row row)
    {
        var (method, path) = (row.Route.Split(' ')[0], row.Route.Split(' ')[1]);
        // Of nobody: where it were let in, it would not be found.
        foreach (var id in new[] { "{id}", "{keyId}", "{tokenId}", "{deliveryId}" })
            path = path.Replace(id, Guid.NewGuid().ToString(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(method), "/api/v1" + path) { Content = new StringContent(row.Body ?? "[]", Encoding.UTF8, "application/json") };
        var answer = await person.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
