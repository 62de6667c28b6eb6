using AgentApprovals.Client;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>Lines break and consoles are restarted: what is asked for is asked once, what is redeemed is redeemed once, and a wait goes on.</summary>
public sealed class LostLineTests
{
    [Fact]
    public async Task Answers_that_are_lost_make_one_action_and_one_permit()
    {
        await using var console = new TestConsole(timer: false, hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule("allow") });
        var line = new Losing();
        await using var services = Connected(console, scene.Key, line);
        await using var session = await services.GetRequiredService<AgentApprovalsClient>().StartAsync();
        line.Loses = 2;
        var asked = await session.SubmitAsync(Agent.Post());
        Assert.Equal(0, line.Loses);
        Assert.Equal(asked.Id, Assert.Single((await session.ListAsync()).Items).Id);
        line.Loses = 2;
        var redeemed = await session.RedeemAsync(asked.Id, "the same");
        Assert.Equal(0, line.Loses);
        Assert.Equal(redeemed.Permit, (await session.RedeemAsync(asked.Id, "the same")).Permit);
        Assert.Equal(ErrorCodes.AlreadyRedeemed, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.RedeemAsync(asked.Id))).Code);
        line.Loses = 2;
        Assert.Equal(ActionStatus.Completed, (await session.ReportAsync(asked.Id, Outcome.Succeeded)).Status);
        // The control: what may not be sent twice is told to be lost, and was done once.
        line.Loses = 1;
        Assert.Equal(ErrorCodes.Unreachable, (await Assert.ThrowsAsync<AgentApprovalsException>(() => services.GetRequiredService<AgentApprovalsClient>().StartAsync())).Code);
        Assert.Equal(2, (await scene.Admin.Get($"sessions?agentId={scene.AgentId}")).Is(System.Net.HttpStatusCode.OK)["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task With_every_other_answer_lost_it_is_executed_once()
    {
        await using var console = new TestConsole(timer: false, hangfire: false);
        var scene = await Scene.SetAsync(console, new[] { Scene.Rule("allow") });
        var line = new Losing();
        await using var services = Connected(console, scene.Key, line);
        await using var session = await services.GetRequiredService<AgentApprovalsClient>().StartAsync();
        line.LosesEachOther = true;
        var runs = 0;
        Assert.True(Assert.IsType<Guarded.Executed<int>>(await session.GuardAsync(Agent.Post(), (_, _) => Task.FromResult(++runs))).IsRecorded);
        Assert.Equal(1, runs);
        Assert.Equal(ActionStatus.Completed, Assert.Single((await session.ListAsync()).Items).Status);
    }

    [Fact]
    public async Task A_console_that_is_restarted_meanwhile_is_waited_for()
    {
        var before = new TestConsole(timer: false, hangfire: false);
        var (folder, port) = (before.Folder, before.Address.Port);
        var scene = await Scene.SetAsync(before, new[] { Scene.Rule() });
        await using var session = await scene.StartAsync();
        var asked = new TaskCompletionSource<ActionDocument>();
        var guarded = session.GuardAsync(Agent.Post(), (approved, _) => Task.FromResult(approved.Permit), new()
        {
            Submitted = (action, _) =>
            {
                asked.SetResult(action);
                return Task.CompletedTask;
            },
        });
        var action = await asked.Task;
        await before.DisposeAsync();
        await using var after = new TestConsole(timer: false, hangfire: false, folder: folder, port: port);
        var reviewer = await new Scene(after).ReviewerAsync();
        (await reviewer.Approve((await reviewer.Get($"actions/{action.Id}")).Is(System.Net.HttpStatusCode.OK))).Is(System.Net.HttpStatusCode.OK);
        Assert.True(Assert.IsType<Guarded.Executed<string>>(await guarded).IsRecorded);
    }

    [Fact]
    public async Task A_busy_console_is_left_alone_for_as_long_as_it_asks()
    {
        var console = new FakeConsole();
        var asked = new List<long>();
        console.Instead[FakeConsole.Asked] = () =>
        {
            asked.Add(TimeProvider.System.GetTimestamp());
            if (asked.Count == 2)
                console.Instead.Remove(FakeConsole.Asked);
            var busy = FakeConsole.Problem(System.Net.HttpStatusCode.ServiceUnavailable, ErrorCodes.Busy);
            busy.Headers.RetryAfter = new(TimeSpan.FromSeconds(1));
            return busy;
        };
        await using var services = new ServiceCollection().AddAgentApprovals(o => (o.Address, o.SessionToken, o.RetryDelay) = (new("http://console.test"), "aas_fake", TimeSpan.FromMilliseconds(1)))
            .ConfigurePrimaryHttpMessageHandler(() => console).Services.BuildServiceProvider();
        await using var session = await services.GetRequiredService<AgentApprovalsClient>().StartAsync();
        Assert.Equal(ActionStatus.Pending, (await session.SubmitAsync(Agent.Post())).Status);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked[0], asked[1]).TotalSeconds, 0.9, 20);
        // What asks for more patience than a minute is the caller's to decide.
        console.Instead[FakeConsole.Asked] = () => new(System.Net.HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new(TimeSpan.FromHours(1)) }, Content = new StringContent("") };
        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.SubmitAsync(Agent.Post()))).Status);
    }

    private static ServiceProvider Connected(TestConsole console, string key, Losing line)
    {
        var options = console.Options(key);
        return new ServiceCollection().AddAgentApprovals(o => (o.Address, o.AgentKey, o.OnBehalfOf, o.RetryDelay) = (options.Address, key, Agent.Dana, options.RetryDelay))
            .AddHttpMessageHandler(() => line).Services.BuildServiceProvider();
    }

    /// <summary>A line that carries requests and loses answers.</summary>
    private sealed class Losing : DelegatingHandler
    {
        private bool _other;

        public int Loses { get; set; }

        public bool LosesEachOther { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            _other = !_other;
            if (Loses > 0 || (LosesEachOther && _other))
            {
                Loses = Math.Max(0, Loses - 1);
                response.Dispose();
                throw new HttpRequestException("The line was lost.");
            }

            return response;
        }
    }
}
