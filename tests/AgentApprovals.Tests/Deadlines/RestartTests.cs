using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Deadlines;

/// <summary>A start finds in the data alone what is to be written down.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Either_clock_is_rebuilt_from_the_data_at_start_with_what_is_overdue_and_what_is_to_come(bool byTimer)
    {
        string overdue, coming;
        var folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        await using (var first = new TestConsole(timer: false, hangfire: false, folder: folder))
        {
            var scene = await Scene.SetAsync(first, new[] { Scene.Rule(expires: 1, name: "Soon", match: new { resources = new[] { "soon" } }), Scene.Rule(expires: 3) });
            var run = await scene.SessionAsync();
            coming = (await run.Submitted()).Text("id");
            var action = await run.Submitted(Scene.Post(resource: "soon"));
            overdue = action.Text("id");
            await Written.UntilAsync(Written.Time(action.Text("expiresAt")));
            Assert.Empty(await Written.OfAsync(first, overdue, "action.expired"));
        }

        // The job store was in the first one's memory: it is lost.
        await using var second = new TestConsole(timer: byTimer, hangfire: !byTimer, folder: folder);
        await Written.SoonAsync(second, overdue, "action.expired");
        await Written.SoonAsync(second, coming, "action.expired");
    }
}
