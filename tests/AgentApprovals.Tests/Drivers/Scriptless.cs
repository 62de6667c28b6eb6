using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace AgentApprovals.Tests.Drivers;

/// <summary>A browser that runs no script: a cookie jar, pages, and their forms sent as they stand.</summary>
public sealed partial class Scriptless(TestConsole console) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = console.Address };

    public string Page { get; private set; } = "";

    /// <summary>Where the last redirect led.</summary>
    public string Path { get; private set; } = "";

    public static async Task<Scriptless> SignedInAsync(TestConsole console, string email, string password, string returnTo = "/")
    {
        var browser = new Scriptless(console);
        await browser.OpenAsync(returnTo);
        Assert.StartsWith("/account/sign-in", browser.Path, StringComparison.Ordinal);
        await browser.SendAsync(browser.Path, ("email", email), ("password", password));
        Assert.StartsWith(returnTo.Split('?')[0], browser.Path, StringComparison.Ordinal);
        return browser;
    }

    public async Task OpenAsync(string path) => await ReadAsync(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Sends the page's form with these fields and the page's own antiforgery token.</summary>
    public async Task SendAsync(string path, params (string Name, string Value)[] fields)
    {
        var token = WebUtility.HtmlDecode(Token().Match(Page).Groups[1].Value);
        using var form = new FormUrlEncodedContent(fields.Append((Name: "__RequestVerificationToken", Value: token)).Select(f => KeyValuePair.Create(f.Name, f.Value)));
        await ReadAsync(await _http.PostAsync(new Uri(path, UriKind.Relative), form));
    }

    public void Dispose() => _http.Dispose();

    private async Task ReadAsync(HttpResponseMessage answer)
    {
        Page = await answer.Content.ReadAsStringAsync();
        Path = answer.RequestMessage!.RequestUri!.PathAndQuery;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {Path}: {Page}");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
