using AgentApprovals.Client;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.AI;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>A language model's tools behind the gate: a scripted model, the real tool loop, the real console.</summary>
public sealed class ToolGateTests(ClockedConsole clocked) : IClassFixture<ClockedConsole>
{
    private readonly List<string> _posted = [];

    [Fact]
    public async Task A_call_is_held_and_what_was_edited_is_what_runs()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        await using var session = await scene.StartAsync();
        var (reviewer, second) = (await scene.ReviewerAsync(), await scene.ReviewerAsync());
        var answer = await TalkAsync(session, async asked =>
        {
            Assert.Empty(_posted);
            Assert.Equal(("forum.post", "forum://8841", "Post an answer"), (asked.Type, asked.Resource, asked.Summary));
            var edited = (await reviewer.Approve((await reviewer.Get($"actions/{asked.Id}")).Body!, new { thread = 8841, body = "Ask the owner" })).Is(System.Net.HttpStatusCode.OK);
            (await second.Approve(edited)).Is(System.Net.HttpStatusCode.OK);
        });
        Assert.Equal(["8841: Ask the owner"], _posted);
        Assert.Equal("posted", answer);
        Assert.Equal(ActionStatus.Completed, Assert.Single((await session.ListAsync()).Items).Status);
    }

    [Fact]
    public async Task A_denial_is_given_back_as_words_with_the_comment()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        await using var session = await scene.StartAsync();
        var reviewer = await scene.ReviewerAsync();
        var answer = await TalkAsync(session, async asked => (await reviewer.Deny((await reviewer.Get($"actions/{asked.Id}")).Body!, "Dana answers herself")).Is(System.Net.HttpStatusCode.OK));
        Assert.Empty(_posted);
        Assert.StartsWith("Not done: ", answer, StringComparison.Ordinal);
        Assert.Contains("Dana answers herself", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_the_conversation_and_whatever_is_called_after_it_is_not_done()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule() });
        await using var session = await scene.StartAsync();
        var answer = await TalkAsync(session, async _ => (await scene.Admin.Post($"agents/{scene.AgentId}/stop", new { })).Is(System.Net.HttpStatusCode.Accepted));
        Assert.Contains("stopped", answer, StringComparison.Ordinal);
        Assert.True(session.Over.IsCancellationRequested);
        Assert.Contains("stopped", await TalkAsync(session, _ => Task.CompletedTask), StringComparison.Ordinal);
        Assert.Empty(_posted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TalkAsync(session, _ => Task.CompletedTask, cancel: session.Over));
    }

    [Fact]
    public async Task What_throws_is_reported_as_failed_and_what_can_not_be_asked_for_is_not_done()
    {
        var scene = await clocked.SceneAsync(new[] { Scene.Rule("allow") });
        await using var session = await scene.StartAsync();
        await TalkAsync(session, _ => Task.CompletedTask, tool: Tool((thread, body) => throw new InvalidOperationException("The forum is closed")));
        var failed = Assert.Single((await session.ListAsync()).Items);
        Assert.Equal((ActionStatus.Failed, "InvalidOperationException: The forum is closed"), (failed.Status, failed.OutcomeDetail));
        var answer = await TalkAsync(session, _ => Task.CompletedTask, resource: new string('x', 501));
        Assert.StartsWith($"Not done: it could not be asked for ({ErrorCodes.InvalidRequest})", answer, StringComparison.Ordinal);
        Assert.Empty(_posted);
        // The control: the same call without the gate runs.
        await Tool(PostAsync).InvokeAsync(new(Script.Arguments));
        Assert.Equal(["8841: Flush the cache"], _posted);
    }

    private static AIFunction Tool(Func<int, string, Task<string>> post) => AIFunctionFactory.Create(post, "post_answer", "Post an answer");

    private Task<string> PostAsync(int thread, string body)
    {
        _posted.Add($"{thread}: {body}");
        return Task.FromResult("posted");
    }

    /// <summary>The model calls its tool once; what it was told of the call.</summary>
    private async Task<string> TalkAsync(AgentSession session, Func<ActionDocument, Task> meanwhile, AIFunction? tool = null, string resource = "forum://8841", CancellationToken cancel = default)
    {
        var script = new Script();
        using var model = new FunctionInvokingChatClient(script);
        var gated = (tool ?? Tool(PostAsync)).WithApproval(session, new()
        {
            Type = "forum.post",
            Resource = _ => resource,
            Guard = new() { Submitted = (asked, _) => meanwhile(asked) },
        });
        await model.GetResponseAsync("Answer thread 8841", new() { Tools = [gated] }, cancel);
        return script.Told;
    }

    /// <summary>A model that calls its tool, and then has nothing more to say.</summary>
    private sealed class Script : IChatClient
    {
        public static Dictionary<string, object?> Arguments => new() { ["thread"] = 8841, ["body"] = "Flush the cache" };

        public string Told { get; private set; } = "";

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>().LastOrDefault();
            Told = result?.Result?.ToString() ?? "";
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, result is null ? [new FunctionCallContent("1", "post_answer", Arguments)] : [new TextContent("Done.")])));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
