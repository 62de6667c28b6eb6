using System.Diagnostics;
using System.Net;
using AgentApprovals.Browser.Tests.Drivers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace AgentApprovals.Browser.Tests.Line;

public sealed class DeactivatedTests(Stage stage, ITestOutputHelper output) : Journey(stage)
{
    [Fact]
    public async Task A_deactivated_persons_page_is_gone_within_five_seconds()
    {
        var leaver = await Stage.VisitorAsync("leaver", "Reviewer");
        var page = await OpenAsync(leaver, "/");
        var since = Stopwatch.StartNew();
        (await Stage.Root.Api.Patch($"people/{leaver.Id}", new { active = false })).Is(HttpStatusCode.OK);
        await Expect(page.Locator(".bar")).ToHaveCountAsync(0, new() { Timeout = 5000 });
        output.WriteLine($"Gone after {since.ElapsedMilliseconds} ms: {page.Url}");
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5));
    }
}
