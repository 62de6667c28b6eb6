using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>Signing in, the one-time link, passwords and tokens, through the forms.</summary>
public sealed class AccountTests(PlainConsole console) : IClassFixture<PlainConsole>
{
    private Scene Scene => console.Scene;

    [Theory]
    [InlineData("o'brien@example.com", true)]
    [InlineData("nobody-at-all@example.com", false)]
    public async Task The_fifth_failure_locks_the_address_whether_or_not_somebody_has_it(string email, bool exists)
    {
        if (exists)
            (await Browser.OfAsync(Scene, ["Reviewer"], email)).Browser.Dispose();
        using var browser = new Browser(Scene.Console);
        for (var i = 0; i < 4; i++)
            Assert.Contains("E-mail and password don't belong together", (await browser.SignIn(email, "wrong")).Is(HttpStatusCode.Unauthorized).Text, StringComparison.Ordinal);
        Assert.Contains("Too many attempts", (await browser.SignIn(email, "wrong")).Is(HttpStatusCode.TooManyRequests).Text, StringComparison.Ordinal);
        Assert.Contains("Too many attempts", (await browser.SignIn(email)).Is(HttpStatusCode.TooManyRequests).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_at_once_count_like_attempts_in_a_row()
    {
        var (_, _, email) = await Browser.OfAsync(Scene, []);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var browser = new Browser(Scene.Console);
            return (await browser.SignIn(email, "wrong")).Status;
        }));
        Assert.Equal(4, answers.Count(a => a == HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("~/x")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_nowhere_but_to_this_site(string returnTo)
    {
        var (_, _, email) = await Browser.OfAsync(Scene, []);
        using var browser = new Browser(Scene.Console);
        Assert.Equal("/", (await browser.SignIn(email, returnTo: returnTo)).Is(HttpStatusCode.SeeOther).Response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_set_up_link_is_used_up_by_a_password_that_is_taken_and_by_nothing_else()
    {
        var (_, email, id) = await Scene.PersonAsync([]);
        var link = await Browser.LinkAsync(Scene, id);
        using var browser = new Browser(Scene.Console);
        using var late = new Browser(Scene.Console);
        var page = (await browser.Go(link)).Is(HttpStatusCode.OK);
        var latePage = (await late.Go(link)).Is(HttpStatusCode.OK);
        Assert.Contains("At least 12 characters", page.Text, StringComparison.Ordinal);
        (await browser.Send(page, "/account/setup", ("password", "short"), ("again", "short"))).Is(HttpStatusCode.BadRequest);
        var refused = (await browser.Send(page, "/account/setup", ("password", Browser.Password), ("again", Browser.Password + "r"))).Is(HttpStatusCode.BadRequest);
        Assert.Contains("not the same", refused.Text, StringComparison.Ordinal);
        (await browser.Go(link)).Is(HttpStatusCode.OK);
        (await browser.Post("/account/setup", [("link", link.Split('=')[1]), ("password", Browser.Password), ("again", Browser.Password)])).Is(HttpStatusCode.BadRequest);

        (await browser.Send(refused, "/account/setup", ("password", Browser.Password), ("again", Browser.Password))).Is(HttpStatusCode.SeeOther);
        Assert.Contains(email, (await browser.Go("/account")).Text, StringComparison.Ordinal);
        (await browser.Go(link)).Is(HttpStatusCode.NotFound);
        (await late.Send(latePage, "/account/setup", ("password", "another long sentence"), ("again", "another long sentence"))).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_new_password_closes_every_other_sign_in()
    {
        var (browser, _, email) = await Browser.OfAsync(Scene, ["Reviewer"]);
        using var thief = browser.Twin();
        Assert.Equal("Your account", (await thief.Go("/account")).Title);

        const string next = "quite another sentence";
        var page = await browser.Go("/account");
        Assert.Contains("present password is not right", (await browser.Send(page, "/account/password", ("current", "wrong"), ("password", next), ("again", next))).Is(HttpStatusCode.BadRequest).Text, StringComparison.Ordinal);
        (await browser.Send(page, "/account/password", ("current", Browser.Password), ("password", "short"), ("again", "short"))).Is(HttpStatusCode.BadRequest);
        Assert.Equal("Your account", (await thief.Go("/account")).Title);

        (await browser.Send(page, "/account/password", ("current", Browser.Password), ("password", next), ("again", next))).Is(HttpStatusCode.SeeOther);
        Assert.Equal("Your account", (await browser.Go("/account")).Title);
        Assert.Equal("Sign in", (await thief.Go("/account")).Title);
        (await thief.Post("/stop", [("target", "everything")], ("Sec-Fetch-Site", "same-origin"))).Is(HttpStatusCode.SeeOther);
        Assert.Empty((await Scene.Admin.Get("stops")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        (await thief.SignIn(email)).Is(HttpStatusCode.Unauthorized);
        (await thief.SignIn(email, next)).Is(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_deactivated_person_is_out_at_once_and_does_not_come_in_again()
    {
        var (browser, id, email) = await Browser.OfAsync(Scene, ["Reviewer"]);
        (await Scene.Admin.Patch($"people/{id}", new { active = false })).Is(HttpStatusCode.OK);
        Assert.Equal("Sign in", (await browser.Go("/account")).Title);
        (await browser.SignIn(email)).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_is_shown_once_works_and_is_deleted()
    {
        var (browser, _, _) = await Browser.OfAsync(Scene, ["Reviewer"]);
        var made = (await browser.Send(await browser.Go("/account"), "/account/tokens", ("name", "my script"), ("mayDecide", "High"))).Is(HttpStatusCode.OK);
        var token = made.Page.QuerySelector("#token")!.GetAttribute("value");
        (await Scene.Console.As(token).Get("stops")).Is(HttpStatusCode.OK);
        var page = await browser.Go("/account");
        Assert.DoesNotContain(token!, page.Html, StringComparison.Ordinal);
        var delete = page.Page.Forms.Select(f => f.GetAttribute("action")!).Last(a => a.EndsWith("/delete", StringComparison.Ordinal));
        (await browser.Post(delete, [], ("Sec-Fetch-Site", "same-origin"))).Is(HttpStatusCode.BadRequest);
        (await browser.Send(page, delete)).Is(HttpStatusCode.SeeOther);
        (await Scene.Console.As(token).Get("stops")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Signing_out_takes_the_forms_token()
    {
        var (browser, _, _) = await Browser.OfAsync(Scene, []);
        var page = await browser.Go("/account");
        (await browser.Post("/account/sign-out", [], ("Sec-Fetch-Site", "same-origin"))).Is(HttpStatusCode.BadRequest);
        Assert.Equal("Your account", (await browser.Go("/account")).Title);
        (await browser.Send(page, "/account/sign-out")).Is(HttpStatusCode.SeeOther);
        Assert.Equal("Sign in", (await browser.Go("/account")).Title);
    }

    [Fact]
    public async Task A_page_that_is_not_there_says_so_with_a_way_back_and_machines_get_their_problem()
    {
        var (browser, _, _) = await Browser.OfAsync(Scene, []);
        var missing = (await browser.Go("/nothing/here")).Is(HttpStatusCode.NotFound);
        Assert.Equal("There is nothing here", missing.Title);
        Assert.NotNull(missing.Page.QuerySelector("a.to-stop[href='/stop']"));
        using var stranger = new Browser(Scene.Console);
        Assert.Null((await stranger.Go("/nothing/here")).Is(HttpStatusCode.NotFound).Page.QuerySelector("a.to-stop"));
        (await Scene.Admin.Get("nothing/here")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }
}
