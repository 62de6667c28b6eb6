using System.Diagnostics;
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
        var path = Find(playwright) ?? await FetchAsync(playwright);
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

    private static async Task<string?> FetchAsync(IPlaywright playwright)
    {
        if (OperatingSystem.IsWindows())
            return null;
        // Test programs run side by side; one of them fetches, the others wait for it.
        await using var turn = await TurnAsync(Path.Combine(Path.GetTempPath(), "agent-approvals-chromium.lock"));
        if (Find(playwright) is { } meanwhile)
            return meanwhile;
        if (Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get"))
        {
            await RunAsync("apt-get", "update");
            await RunAsync("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation");
        }

        if (Find(playwright) is null)
            Microsoft.Playwright.Program.Main(["install", "chromium"]);
        return Find(playwright) ?? throw new InvalidOperationException("There is no Chromium here. Install one, or name it in AA_CHROMIUM.");
    }

    private static async Task<FileStream> TurnAsync(string path)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (since.Elapsed < TimeSpan.FromMinutes(10))
            {
                // Somebody else is fetching it.
            }
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
    }
}
