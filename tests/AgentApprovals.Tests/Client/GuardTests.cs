using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client;
using AgentApprovals.Live;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>What is guarded runs once a person has let it, with what they let through, and else not at all: over a real console.</summary>
public sealed class GuardTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private static readonly object[] Reviewed = [Scene.Rule()];
    private static readonly object[] Free = [Scene.Rule("allow", extra: new { executeSeconds = 60 })];

    [Fact]
    public async Task What_is_released_is_executed_and_told()
    {
        var scene = await clocked.SceneAsync(Free);
        await using var session = await scene.StartAsync();
        var done = Assert.IsType<Guarded.Executed<string>>(await session.GuardAsync(Agent.Post("Flush"), (approved, _) =>
        {
            Assert.StartsWith("aax_", approved.Permit, StringComparison.Ordinal);
            return Task.FromResult(approved.PayloadAs<Answer>()!.Body);
        }));
        Assert.True(done.IsRecorded);
        Assert.Equal("Flush", done.Value);
        Assert.Equal("completed", await StatusAsync(scene, done.Action));
    }

    [Fact]
    public async Task What_an_approver_edited_is_what_runs()
    {
        var scene = await clocked.SceneAsync(Reviewed);
        await using var session = await scene.StartAsync();
        // A risky edit is never released by its writer alone.
        var (reviewer, second) = (await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var done = Assert.IsType<Guarded.Executed<string>>(await session.GuardAsync(Agent.Post("Flush everything"), (approved, _) => Task.FromResult(approved.PayloadAs<Answer>()!.Body), new()
        {
            Submitted = async (asked, _) =>
            {
                var edited = (await reviewer.Approve(await LookAsync(reviewer, asked), new { body = "Ask the owner" })).Is(HttpStatusCode.OK);
                (await second.Approve(edited)).Is(HttpStatusCode.OK);
            },
        }));
        Assert.Equal("Ask the owner", done.Value);
        Assert.True(done.Action.Edited);
    }

    [Fact]
    public async Task What_is_denied_expired_or_stopped_is_told_as_such_and_does_not_run()
    {
        var scene = await clocked.SceneAsync(Reviewed);
        await using var session = await scene.StartAsync();
        var reviewer = await scene.ReviewerAsync();
        var denied = Assert.IsType<Guarded.Denied>(await NotRunAsync(session, "denied", async asked => (await reviewer.Deny(await LookAsync(reviewer, asked), "Dana answers herself")).Is(HttpStatusCode.OK)));
        Assert.Equal(("Dana answers herself", "denied_by_person"), (denied.Decision.Comment, denied.Decision.Code));
        Assert.Equal("repeats_denied", Assert.IsType<Guarded.Denied>(await NotRunAsync(session, "denied", _ => Task.CompletedTask)).Decision.Code);
        Assert.IsType<Guarded.Expired>(await NotRunAsync(session, "expired", _ => PassAsync(1800)));
        Assert.IsType<Guarded.Cancelled>(await NotRunAsync(session, "withdrawn", asked => session.WithdrawAsync(asked.Id)));
        var waiting = await NotRunAsync(session, "stopped", async _ => (await scene.Admin.Post($"sessions/{session.Id}/stop", new { })).Is(HttpStatusCode.Accepted));
        Assert.NotNull(Assert.IsType<Guarded.Stopped>(waiting).Action);
        Assert.True(session.Over.IsCancellationRequested);
        Assert.Null(Assert.IsType<Guarded.Stopped>(await NotRunAsync(session, "afterwards", _ => Task.CompletedTask)).Action);
    }

    [Fact]
    public async Task A_stop_ends_a_wait_that_is_under_way()
    {
        var scene = await clocked.SceneAsync(Reviewed);
        await using var session = await scene.StartAsync();
        var asked = await session.SubmitAsync(Agent.Post());
        var wait = session.WaitAsync(asked.Id);
        var connections = clocked.Console.Services.GetRequiredService<Connections>();
        await Eventually.IsAsync(() => Task.FromResult(connections.Count > 0));
        (await scene.Admin.Post($"sessions/{session.Id}/stop", new { })).Is(HttpStatusCode.Accepted);
        Assert.True((await Assert.ThrowsAsync<AgentApprovalsException>(() => wait.WaitAsync(TimeSpan.FromSeconds(10)))).IsStopped);
    }

    [Fact]
    public async Task What_throws_is_reported_as_failed_and_thrown_on()
    {
        var scene = await clocked.SceneAsync(Free);
        await using var session = await scene.StartAsync();
        var asked = default(ActionDocument);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => session.GuardAsync(Agent.Post(), (approved, _) =>
        {
            asked = approved.Action;
            throw new TimeZoneNotFoundException("No such zone");
        }));
        var failed = await session.GetAsync(asked!.Id);
        Assert.Equal((ActionStatus.Failed, Outcome.Failed, "TimeZoneNotFoundException: No such zone"), (failed.Status, failed.Outcome!.Value, failed.OutcomeDetail));
    }

    [Fact]
    public async Task What_nobody_knows_is_not_reported_and_becomes_unknown()
    {
        var scene = await clocked.SceneAsync(Free);
        await using var session = await scene.StartAsync();
        var asked = default(ActionDocument);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => session.GuardAsync(Agent.Post(), (approved, _) =>
        {
            asked = approved.Action;
            throw new OutcomeUnknownException("The line broke");
        }));
        Assert.Equal("executing", await StatusAsync(scene, asked!));
        // And where it took longer than the console waits, it was done, and is not recorded.
        var done = Assert.IsType<Guarded.Executed<bool>>(await session.GuardAsync(Agent.Post("Slow"), (_, _) => PassAsync(60)));
        Assert.False(done.IsRecorded);
        Assert.Equal(Outcome.Unknown, (await session.GetAsync(asked!.Id)).Outcome);
        Assert.Equal(Outcome.Unknown, (await session.GetAsync(done.Action.Id)).Outcome);
    }

    [Fact]
    public async Task Who_gives_up_leaves_nothing_waiting()
    {
        var scene = await clocked.SceneAsync(Reviewed);
        await using var session = await scene.StartAsync();
        using var patience = new CancellationTokenSource();
        var asked = default(ActionDocument);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.GuardAsync(Agent.Post(), NeverAsync, new()
        {
            Submitted = async (action, _) =>
            {
                asked = action;
                await patience.CancelAsync();
            },
        }, patience.Token));
        Assert.Equal("cancelled", await StatusAsync(scene, asked!));
    }

    [Fact]
    public async Task A_reviewer_who_asks_is_answered_while_it_waits()
    {
        var scene = await clocked.SceneAsync(Reviewed);
        await using var session = await scene.StartAsync();
        var reviewer = await scene.ReviewerAsync();
        var done = Assert.IsType<Guarded.Executed<bool>>(await session.GuardAsync(Agent.Post(), (_, _) => Task.CompletedTask, new()
        {
            // Ten seconds of the console's, which holds the call so long.
            Submitted = async (asked, cancel) =>
            {
                (await reviewer.Post($"actions/{asked.Id}/messages", new { text = "Which thread?" })).Is(HttpStatusCode.Created);
                _ = PassWhileHeldAsync();
            },
            Asked = async (message, _) =>
            {
                await ApproveLaterAsync(reviewer, message.ActionId);
                return $"You ask: {message.Text} It is 8841.";
            },
        }));
        var said = (await reviewer.Get($"actions/{done.Action.Id}/messages")).Is(HttpStatusCode.OK)["items"]!.AsArray();
        Assert.Equal(["Which thread?", "You ask: Which thread? It is 8841."], said.Select(m => m!.Text("text")));
    }

    [Fact]
    public async Task Stale_instructions_are_handed_back_and_acknowledged_by_the_agents_own_code_alone()
    {
        var scene = await clocked.SceneAsync(Free, new { requiresInstructionsDigest = true });
        (await scene.Admin.Put($"agents/{scene.AgentId}/instructions", new { text = "Confirm before you post." })).Is(HttpStatusCode.OK);
        await using var session = await scene.StartAsync();
        var refused = await Assert.ThrowsAsync<AgentApprovalsException>(() => session.GuardAsync(Agent.Post(), NeverAsync));
        Assert.Equal((ErrorCodes.InstructionsStale, HttpStatusCode.Conflict), (refused.Code, refused.Status!.Value));
        Assert.Contains("Confirm before you post.", refused.Instructions!.Text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AgentApprovalsException>(() => session.GuardAsync(Agent.Post(), NeverAsync, new() { InstructionsStale = (_, _) => Task.FromResult(false) }));
        Assert.Empty((await session.ListAsync()).Items);
        Assert.IsType<Guarded.Executed<bool>>(await session.GuardAsync(Agent.Post(), (_, _) => Task.CompletedTask, new() { InstructionsStale = (now, _) => Task.FromResult(now.Version > 0) }));
        Assert.IsType<Guarded.Executed<bool>>(await session.GuardAsync(Agent.Post("Once read, it is sent along"), (_, _) => Task.CompletedTask));
        Assert.Equal(refused.Instructions, await session.CompactedAsync());
        Assert.Equal(ErrorCodes.InstructionsStale, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.SubmitAsync(Agent.Post("Forgotten")))).Code);
    }

    private static async Task<Guarded> NotRunAsync(AgentSession session, string body, Func<ActionDocument, Task> meanwhile) =>
        await session.GuardAsync(Agent.Post(body), NeverAsync, new() { Submitted = (asked, _) => meanwhile(asked) });

    private static Task NeverAsync(RedeemDocument approved, CancellationToken cancel)
    {
        Assert.Fail("It was executed.");
        return Task.CompletedTask;
    }

    private static async Task<JsonNode> LookAsync(Person person, ActionDocument action) => (await person.Get($"actions/{action.Id}")).Is(HttpStatusCode.OK);

    private static async Task ApproveLaterAsync(Person reviewer, Guid action) =>
        (await reviewer.Approve((await reviewer.Get($"actions/{action}")).Is(HttpStatusCode.OK))).Is(HttpStatusCode.OK);

    private static async Task<string> StatusAsync(Scene scene, ActionDocument action) => (await scene.Admin.Get($"actions/{action.Id}")).Is(HttpStatusCode.OK).Text("status");

    private Task PassAsync(double seconds)
    {
        clocked.Pass(seconds);
        return Task.CompletedTask;
    }

    private async Task PassWhileHeldAsync()
    {
        var connections = clocked.Console.Services.GetRequiredService<Connections>();
        await Eventually.IsAsync(() => Task.FromResult(connections.Count > 0));
        clocked.Pass(10);
    }

    private sealed record Answer(string Body);
}
