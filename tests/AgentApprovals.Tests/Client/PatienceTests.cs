using AgentApprovals.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>How long one call may take: what the console was asked to hold it comes on top, and nothing takes for ever.</summary>
public sealed class PatienceTests
{
    [Fact]
    public async Task A_call_that_the_console_holds_may_take_that_much_longer_and_one_that_hangs_may_not()
    {
        var console = new FakeConsole();
        var slow = new Slow();
        await using var services = new ServiceCollection().AddAgentApprovals(o =>
                (o.Address, o.SessionToken, o.Retries, o.Timeout, o.LongPoll) = (new("http://console.test"), "aas_fake", 0, TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(20)))
            .ConfigurePrimaryHttpMessageHandler(() => console).AddHttpMessageHandler(() => slow).Services.BuildServiceProvider();
        await using var session = await services.GetRequiredService<AgentApprovalsClient>().StartAsync();
        var asked = await session.SubmitAsync(Agent.Post());
        slow.Pause = TimeSpan.FromSeconds(1);
        Assert.Equal(ActionStatus.Released, (await session.WaitAsync(asked.Id).WaitAsync(TimeSpan.FromSeconds(20))).Status);
        Assert.Equal(1, slow.Calls);
        Assert.Equal(ErrorCodes.Unreachable, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.GetAsync(asked.Id))).Code);
    }

    [Fact]
    public async Task What_the_caller_gives_up_is_cancelled_and_no_refusal()
    {
        await using var session = await new FakeConsole { Bend = { [FakeConsole.Waited] = d => d["status"] = "pending" } }.SessionAsync();
        var asked = await session.SubmitAsync(Agent.Post());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.WaitAsync(asked.Id, patience.Token));
    }

    private sealed class Slow : DelegatingHandler
    {
        public TimeSpan Pause { get; set; }

        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Pause > TimeSpan.Zero)
                Calls++;
            await Task.Delay(Pause, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
