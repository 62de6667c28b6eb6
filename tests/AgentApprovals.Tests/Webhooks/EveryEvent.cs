using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Deadlines;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>A life in which every event of the contract happens.</summary>
internal static class EveryEvent
{
    /// <summary>What may stand in no event: it is part of payloads, reasons and messages.</summary>
    public const string Planted = "the-planted-text";

    /// <summary>Lives through them, and answers their names in order.</summary>
    public static async Task<IReadOnlyList<string>> LiveAsync(WebhookStage it)
    {
        var scene = await Scene.SetAsync(it.Console, new[] { Scene.Rule(expires: 600, permit: 600, extra: new { executeSeconds = 60 }) });
        var reviewer = await scene.ReviewerAsync();
        var run = await scene.SessionAsync();
        var approved = await SubmitAsync(1);
        (await reviewer.Post($"actions/{approved["id"]}/messages", new { text = Planted })).Is(HttpStatusCode.Created);
        // An edit at high risk is one approval of two.
        var edited = (await reviewer.Approve(approved, new { body = Planted, edited = true })).Is(HttpStatusCode.OK);
        (await (await scene.ReviewerAsync()).Approve(edited)).Is(HttpStatusCode.OK);
        await ExecuteAsync(approved, "succeeded");
        var failing = await SubmitAsync(2);
        (await reviewer.Approve(failing)).Is(HttpStatusCode.OK);
        await ExecuteAsync(failing, "failed");
        (await reviewer.Deny(await SubmitAsync(3))).Is(HttpStatusCode.OK);
        (await run.Agent.Delete($"actions/{(await SubmitAsync(4))["id"]}")).Is(HttpStatusCode.OK);
        await SubmitAsync(5);
        await PassAsync(TimeSpan.FromMinutes(11));
        await run.Agent.Delete("sessions/current");
        run = await scene.SessionAsync();
        await SubmitAsync(6);
        (await scene.Admin.Post($"agents/{scene.AgentId}/stop", new { reason = "Enough" })).Is(HttpStatusCode.Accepted);
        await PassAsync(TimeSpan.Zero);
        (await scene.Admin.Post($"agents/{scene.AgentId}/resume", new { reason = "Again" })).Is(HttpStatusCode.OK);
        await scene.SessionAsync();
        var seen = new { agent = "forum-helper", type = "forum.post", resource = "forum://engineering/threads/8841", externalId = "posts/17", observedAt = it.Clock.GetUtcNow() };
        (await scene.Admin.Post("observations", seen)).Is(HttpStatusCode.Created);
        await PassAsync(TimeSpan.FromHours(2));
        return
        [
            "session.started",
            "action.submitted", "action.message", "action.edited", "action.approved", "action.released", "action.executing", "action.completed",
            "action.submitted", "action.approved", "action.released", "action.executing", "action.failed",
            "action.submitted", "action.denied", "action.submitted", "action.cancelled", "action.submitted", "action.expired", "session.ended",
            "session.started", "action.submitted", "agent.stopped", "session.stopped", "action.stopped", "agent.resumed", "session.started", "agent.bypassed", "session.expired",
        ];

        async Task<JsonNode> SubmitAsync(int n) => await run.Submitted(new
        {
            type = "forum.post",
            resource = "forum://engineering/threads/8841",
            summary = "Answer with ghp_0123456789abcdefghijABCDEFGHIJ012345",
            reason = Planted,
            payload = new { body = Planted, n },
        });

        async Task ExecuteAsync(JsonNode action, string outcome)
        {
            (await run.Agent.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK);
            (await run.Agent.Post($"actions/{action["id"]}/result", new { outcome })).Is(HttpStatusCode.OK);
        }

        async Task PassAsync(TimeSpan time)
        {
            it.Clock.Advance(time);
            await it.Console.Services.GetRequiredService<DeadlineSweep>().RunAsync(TestContext.Current.CancellationToken);
        }
    }
}
