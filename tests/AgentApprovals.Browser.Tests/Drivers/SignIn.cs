using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.Playwright;

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>How people of the tests get in: by their set-up link the first time, with their password from then on.</summary>
internal static class SignIn
{
    public const string Password = "a password of the tests";

    /// <summary>The storage of a browser in which somebody has just chosen their password.</summary>
    public static async Task<string> StateAsync(IBrowser browser, Person admin, string personId)
    {
        var link = (await admin.Post($"people/{personId}/setup-link")).Is(HttpStatusCode.OK).Text("setupUrl");
        await using var context = await browser.NewContextAsync(new() { JavaScriptEnabled = false });
        var page = await context.NewPageAsync();
        await page.GotoAsync(link);
        await page.Locator("[name=password]").FillAsync(Password);
        await page.Locator("[name=again]").FillAsync(Password);
        await page.Locator("form button").ClickAsync();
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/");
        return await context.StorageStateAsync();
    }

    public static async Task WithPasswordAsync(this IPage page, Visitor who)
    {
        await page.Locator("#email").FillAsync(who.Email);
        await page.Locator("#password").FillAsync(Password);
        await page.Locator("button.primary").ClickAsync();
    }
}
