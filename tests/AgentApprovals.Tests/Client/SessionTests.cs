using AgentApprovals.Client;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>A run as the client holds it: opened, renewed, handed its instructions, ended.</summary>
public sealed class SessionTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    [Fact]
    public async Task It_is_renewed_before_it_expires_until_it_may_last_no_longer()
    {
        var scene = await clocked.SceneAsync(agent: new { limits = new { sessionSeconds = 600, maxSessionSeconds = 1200 } });
        using var client = new AgentApprovalsClient(clocked.Console.Options(scene.Key), clocked.Clock);
        await using var session = await client.StartAsync();
        var opened = session.Document;
        Assert.Equal(TimeSpan.FromSeconds(600), opened.ExpiresAt - opened.StartedAt);
        clocked.Pass(300);
        await Eventually.IsAsync(() => Task.FromResult(session.Document.ExpiresAt == opened.StartedAt.AddSeconds(900)));
        clocked.Pass(301);
        await Eventually.IsAsync(() => Task.FromResult(session.Document.ExpiresAt == opened.StartedAt.AddSeconds(1200)));
        // The control: without renewing it would have been over by now.
        clocked.Pass(100);
        Assert.Equal(SessionStatus.Active, (await session.RefreshAsync()).State);
        clocked.Pass(500);
        Assert.Equal(ErrorCodes.TokenExpired, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.RefreshAsync())).Code);
        Assert.True(session.Over.IsCancellationRequested);
    }

    [Fact]
    public async Task One_that_is_disposed_of_is_renewed_no_more()
    {
        var scene = await clocked.SceneAsync(agent: new { limits = new { sessionSeconds = 600 } });
        using var client = new AgentApprovalsClient(clocked.Console.Options(scene.Key), clocked.Clock);
        var session = await client.StartAsync();
        await session.DisposeAsync();
        clocked.Pass(300);
        clocked.Pass(300);
        Assert.Equal(ErrorCodes.TokenExpired, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.RefreshAsync())).Code);
    }

    [Fact]
    public async Task What_is_waiting_when_it_ends_is_cancelled()
    {
        var scene = await clocked.SceneAsync();
        await using var session = await scene.StartAsync();
        var asked = await session.SubmitAsync(Agent.Post());
        await session.EndAsync();
        await session.EndAsync();
        Assert.Equal("cancelled", (await scene.Admin.Get($"actions/{asked.Id}")).Text("status"));
        Assert.True(session.Over.IsCancellationRequested);
        Assert.True((await Assert.ThrowsAsync<AgentApprovalsException>(() => session.SubmitAsync(Agent.Post()))).IsOver);
    }

    [Fact]
    public async Task Under_a_runner_it_goes_on_with_the_session_of_the_environment()
    {
        var scene = await clocked.SceneAsync();
        var opened = await new AgentApprovalsClient(clocked.Console.Options()).OpenSessionAsync(scene.Key, new(Agent.Dana));
        var options = clocked.Console.Options();
        (options.SessionToken, options.SessionId) = (opened.Token, opened.Id);
        await using var services = new ServiceCollection().AddAgentApprovals(o => Take(options, o)).Services.BuildServiceProvider();
        await using var session = await services.GetRequiredService<AgentApprovalsClient>().StartAsync();
        Assert.Equal(opened.Id, session.Id);
        Assert.Equal(ActionStatus.Pending, (await session.SubmitAsync(Agent.Post())).Status);
        options.SessionId = Guid.Empty;
        Assert.Equal(ErrorCodes.UnexpectedAnswer, (await Assert.ThrowsAsync<AgentApprovalsException>(() => new AgentApprovalsClient(options).StartAsync())).Code);
    }

    private static void Take(AgentApprovalsOptions from, AgentApprovalsOptions to) => (to.Address, to.SessionToken, to.SessionId) = (from.Address, from.SessionToken, from.SessionId);
}
