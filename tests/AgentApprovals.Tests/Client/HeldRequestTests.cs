using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AgentApprovals.Client;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Gateway;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>What the gateway held, waited for and sent with the client.</summary>
public sealed class HeldRequestTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_is_sent_once_after_its_release_and_its_answer_given_as_often_as_asked()
    {
        it.Target.Answers = async context =>
        {
            context.Response.StatusCode = 201;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{ "id": 17 }""");
        };
        await using var session = await it.Scene.StartAsync();
        var id = await HeldAsync(session);
        Assert.Equal(ErrorCodes.NotReleased, (await Assert.ThrowsAsync<AgentApprovalsException>(() => session.SendHeldAsync(id))).Code);
        (await it.Scene.Admin.Approve((await it.Scene.Admin.Get($"actions/{id}")).Body!)).Is(HttpStatusCode.OK);
        Assert.Equal(ActionStatus.Released, (await session.WaitAsync(id)).Status);

        var sent = await session.SendHeldAsync(id);
        Assert.Equal((ActionStatus.Completed, Outcome.Succeeded), (sent.Action.Status, sent.Action.Outcome));
        Assert.Equal((201, false, "application/json", 17), (sent.Response.Status, sent.Response.Truncated, sent.Response.Headers["content-type"], sent.Response.Body!.Value.GetProperty("id").GetInt32()));
        Assert.Equal(201, (await session.SendHeldAsync(id)).Response.Status);
        Assert.Single(it.Target.Arrived);
    }

    [Fact]
    public async Task An_answer_without_a_body_and_one_that_is_no_text_are_read()
    {
        await using var session = await it.Scene.StartAsync();
        it.Target.Answers = context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        };
        Assert.Equal((204, null), await AnswerAsync(session));
        it.Target.Answers = context => context.Response.Body.WriteAsync(new byte[] { 0, 255 }).AsTask();
        Assert.Equal((200, "base64"), await AnswerAsync(session));
    }

    private async Task<(int Status, string? Encoding)> AnswerAsync(AgentSession session)
    {
        var id = await HeldAsync(session);
        (await it.Scene.Admin.Approve((await it.Scene.Admin.Get($"actions/{id}")).Body!)).Is(HttpStatusCode.OK);
        var response = (await session.SendHeldAsync(id)).Response;
        return (response.Status, response.Encoding);
    }

    /// <summary>By an HTTP client that knows the gateway's address and the session's token, and no more.</summary>
    private async Task<Guid> HeldAsync(AgentSession session)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", session.Token) } };
        using var held = await http.PostAsJsonAsync(new Uri(it.Console.Address, "/gateway/forum/threads/8841/posts"), new { body = "Flush" });
        Assert.Equal(HttpStatusCode.Accepted, held.StatusCode);
        return (await held.Content.ReadFromJsonAsync<ActionDocument>(WireJson.Options))!.Id;
    }
}
