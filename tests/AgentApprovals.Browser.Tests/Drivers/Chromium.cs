using AgentApprovals.Databases;
using Microsoft.Playwright;

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>
/// A Chromium on this machine: the one that AA_CHROMIUM names, Playwright's own, the system's; else one is fetched, from
/// Debian's packages where we may, from Playwright elsewhere.
/// </summary>
internal static class Chromium
{
    private static readonly string[] Arguments =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        var path = Find(playwright) ?? Fetch(playwright);
        return await playwright.Chromium.LaunchAsync(new()
        {
            // Windows brings Edge along.
            Channel = path is null && OperatingSystem.IsWindows() ? "msedge" : null,
            ExecutablePath = path,
            Args = Arguments,
            ChromiumSandbox = false,
        });
    }

    private static string? Find(IPlaywright playwright) =>
        Places.Prepend(playwright.Chromium.ExecutablePath).Prepend(Environment.GetEnvironmentVariable("AA_CHROMIUM") ?? "").FirstOrDefault(File.Exists);

    private static string? Fetch(IPlaywright playwright)
    {
        if (OperatingSystem.IsWindows())
            return null;
        DebianPackages.Fetch(() => Find(playwright) is not null, "chromium", "fonts-liberation");
        if (Find(playwright) is null)
            Microsoft.Playwright.Program.Main(["install", "chromium"]);
        return Find(playwright) ?? throw new InvalidOperationException("There is no Chromium here. Install one, or name it in AA_CHROMIUM.");
    }
}
