using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Deadlines;

/// <summary>Hangfire's dashboard is for administrators to look at, and no second way in.</summary>
public sealed class JobsPageTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Only_administrators_see_the_jobs_and_nobody_changes_them()
    {
        var scene = new Scene(_console);
        var (reviewer, _, _) = await scene.PersonAsync(["Reviewer", "Manager", "Auditor"]);
        Assert.Equal(HttpStatusCode.OK, (await _console.Admin.Client.GetAsync("/jobs")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.Client.GetAsync("/jobs")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _console.Http().GetAsync("/jobs")).StatusCode);
        foreach (var command in new[] { "/jobs/recurring/trigger", "/jobs/recurring/remove", "/jobs/jobs/scheduled/enqueue", "/jobs/jobs/scheduled/delete" })
        {
            using var form = new FormUrlEncodedContent([new("jobs[]", "deadlines")]);
            var answer = await _console.Admin.Client.PostAsync(command, form);
            Assert.False(answer.IsSuccessStatusCode, $"{command}: {answer.StatusCode}");
        }

        Assert.Contains("deadlines", await _console.Admin.Client.GetStringAsync("/jobs/recurring"), StringComparison.Ordinal);
    }
}
