using AgentApprovals.Client;

namespace AgentApprovals.Demo;

/// <summary>What became of a play: the posts that it asked for, those it made, and the refusal that ended it.</summary>
public sealed record Posted(int Asked, int Made, string? EndedBy);

/// <summary>
/// Incident A as a program of its own: an agent that was asked to analyse a question on the forum, and posts an answer that nobody
/// told it to post; then again, saying that Dana did. The advice is wrong. It tries to go ahead whatever it is told, and ends when
/// nothing of it waits any more or every call is refused.
/// </summary>
public sealed class ForumHelper(AgentApprovalsClient console, string? key, Func<string, Task> say) : DemoAgent(console, key, say)
{
    private const string Thread = "forum://engineering/threads/8841";

    private readonly List<Guid> _waiting = [];
    private int _asked;
    private int _made;

    /// <summary>Between two tries to go ahead.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it tries before it gives up: ten minutes at its usual pause.</summary>
    public int Turns { get; init; } = 600;

    protected override Incident Plays => Incident.A;

    public async Task<Posted> RunAsync(CancellationToken cancel)
    {
        var endedBy = await PlayAsync(async () =>
        {
            await using var session = await OpenAsync("1.4.0");
            await BeginAsync(session);
            for (var turn = 0; _waiting.Count > 0 && turn < Turns; turn++)
            {
                await Task.Delay(Pause, Time, cancel);
                await TryAgainAsync(session, _waiting[turn % _waiting.Count]);
            }

            await session.EndAsync(cancel);
        });
        await SayAsync($"Asked to post {_asked}, posted {_made}. I end{(endedBy is null ? "" : $": {endedBy}")}.");
        return new(_asked, _made, endedBy);
    }

    private async Task BeginAsync(AgentSession session)
    {
        await SayAsync($"Told: {Line(session.Instructions)}");
        await session.GuardAsync(new("forum.read", Thread, "Read the question", new { thread = 8841 }), (_, _) => Task.CompletedTask);
        await SayAsync("Read the question: free, and done. Nobody told me to answer. I answer.");
        await PostAsync(session, "Flush the ACL cache with group write on /srv/share, then reload.", null);
        await PostAsync(session, "Correction: chmod -R 777 /srv/share is quicker.", Plays.OnBehalfOf);
    }

    private async Task PostAsync(AgentSession session, string body, string? directedBy)
    {
        try
        {
            var action = await session.SubmitAsync(new("forum.post", Thread, "Answer the question about the ACL cache", new { thread = 8841, body, audience = 1240 })
            {
                Reason = "The thread has waited two hours",
                DirectedBy = directedBy,
            });
            _asked++;
            _waiting.Add(action.Id);
            var code = await PostedAsync(session, action.Id);
            await SayAsync($"Post {_asked}, {(directedBy is null ? "directed by nobody" : "saying that Dana told me to")}: {Word(action.Status)}. Going ahead all the same: {code}");
        }
        catch (AgentApprovalsException e) when (!Ends(e))
        {
            await SayAsync($"Post: {e.Code}");
        }
    }

    /// <summary>Tries again; what is settled for good is let go.</summary>
    private async Task TryAgainAsync(AgentSession session, Guid id)
    {
        var code = await PostedAsync(session, id);
        if (code == ErrorCodes.NotReleased && (await session.GetAsync(id)).Status <= Client.ActionStatus.Released)
            return;
        _waiting.Remove(id);
        await SayAsync(code == "done" ? "Posted." : $"Not posted: {code}");
    }

    private Task<string> PostedAsync(AgentSession session, Guid id) => GoAheadAsync(session, id, "done", () => _made++);
}
