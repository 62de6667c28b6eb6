using System.Net;
using System.Text.RegularExpressions;
using AgentApprovals.Tests.Drivers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>A page as it came, with the size it had on the line.</summary>
public sealed record PlainAnswer(HttpStatusCode Status, string Address, IHtmlDocument Page, string Html, HttpResponseMessage Response)
{
    public string Title => Page.QuerySelector("h1")?.TextContent ?? "";

    /// <summary>What a person reads, with runs of blanks as one.</summary>
    public string Text => Regex.Replace(Page.QuerySelector("main")?.TextContent ?? "", @"\s+", " ").Trim();

    public PlainAnswer Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {status} at {Address}, got {Status}: {Text}");
        return this;
    }
}

/// <summary>A browser without scripts: cookies, redirects, forms, and the headers that browsers send by themselves.</summary>
public sealed class Browser(Uri console, bool sendsFetchMetadata = true) : IDisposable
{
    public const string Password = "a long enough sentence";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = console };

    public Browser(TestConsole console, bool sendsFetchMetadata = true)
        : this(console?.Address ?? throw new ArgumentNullException(nameof(console)), sendsFetchMetadata)
    {
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>A person who has chosen a password by their link, signed in.</summary>
    public static async Task<(Browser Browser, string Id, string Email)> OfAsync(Scene scene, string[] roles, string? email = null)
    {
        var (_, address, id) = await scene.PersonAsync(roles, email: email);
        var browser = new Browser(scene.Console);
        var setup = (await browser.Go(await LinkAsync(scene, id))).Is(HttpStatusCode.OK);
        (await browser.Send(setup, "/account/setup", ("password", Password), ("again", Password))).Is(HttpStatusCode.SeeOther);
        return (browser, id, address);
    }

    /// <summary>A new one-time link for a person, without its host.</summary>
    public static async Task<string> LinkAsync(Scene scene, string personId)
    {
        var link = (await scene.Admin.Post($"people/{personId}/setup-link")).Is(HttpStatusCode.OK)["setupUrl"]!.ToString();
        return new Uri(link).PathAndQuery;
    }

    /// <summary>Opens an address and follows where it leads.</summary>
    public async Task<PlainAnswer> Go(string address)
    {
        var answer = await Send(new HttpRequestMessage(HttpMethod.Get, address));
        return (int)answer.Status is >= 300 and < 400 ? await Follow(answer) : answer;
    }

    public Task<PlainAnswer> Follow(PlainAnswer answer) => Go(new Uri(console, answer.Response.Headers.Location!).PathAndQuery);

    /// <summary>Sends the page's form with this action (or that begins with it), its own values and those given instead; follows nothing.</summary>
    public Task<PlainAnswer> Send(PlainAnswer page, string action, params (string Name, string Value)[] fields)
    {
        var form = page.Page.Forms.Where(f => (f.GetAttribute("action") ?? "").StartsWith(action, StringComparison.Ordinal)).MinBy(f => f.GetAttribute("action")!.Length)
            ?? throw new InvalidOperationException($"No form to {action} in {page.Text}");
        var values = form.Elements.OfType<IHtmlInputElement>().Where(i => i.Name is { Length: > 0 } && (i.Type is not ("radio" or "checkbox") || i.IsChecked)).Select(i => (Name: i.Name!, i.Value))
            .Concat(form.Elements.OfType<IHtmlTextAreaElement>().Select(t => (Name: t.Name!, t.Value)))
            .Concat(form.Elements.OfType<IHtmlSelectElement>().Select(s => (Name: s.Name!, Value: s.Value!)))
            .Where(v => fields.All(f => f.Name != v.Name)).Concat(fields);
        return Post(form.GetAttribute("action")!, [.. values], sendsFetchMetadata ? [("Sec-Fetch-Site", "same-origin")] : []);
    }

    /// <summary>Posts a form that no page of ours had, with these headers.</summary>
    public Task<PlainAnswer> Post(string address, (string Name, string Value)[] fields, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return Send(request);
    }

    /// <summary>Signs in through the form, and ends where that leads.</summary>
    public async Task<PlainAnswer> SignIn(string email, string password = Password, string? returnTo = null)
    {
        var page = await Go("/account/sign-in" + (returnTo is null ? "" : $"?returnUrl={Uri.EscapeDataString(returnTo)}"));
        return await Send(page, "/account/sign-in", ("email", email), ("password", password));
    }

    /// <summary>Another browser with the same cookies, as a thief would have.</summary>
    public Browser Twin()
    {
        var twin = new Browser(console);
        twin.Cookies.Add(Cookies.GetCookies(console));
        return twin;
    }

    public void Dispose() => _http.Dispose();

    private async Task<PlainAnswer> Send(HttpRequestMessage request)
    {
        if (Cookies.GetCookieHeader(console) is { Length: > 0 } cookies)
            request.Headers.Add("Cookie", cookies);
        var response = await _http.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
                Cookies.SetCookies(console, cookie);
        }

        var html = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, request.RequestUri!.ToString(), new HtmlParser().ParseDocument(html), html, response);
    }
}
