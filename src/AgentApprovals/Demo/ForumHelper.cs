using System.Net.Http.Json;
using AgentApprovals.Client;

namespace AgentApprovals.Demo;

/// <summary>What became of a play: the posts that it asked for, those that people released and the gateway made, those it made around it, and the refusal that ended it.</summary>
public sealed record Posted(int Asked, int Made, int Around, string? EndedBy);

/// <summary>What an agent finds where it runs: where the forum is, and a key that somebody left there.</summary>
public sealed record LeftKey(Uri Forum, string Key)
{
    public const string ForumVariable = "FORUM_URL";
    public const string KeyVariable = "FORUM_KEY";

    /// <summary>Null where nobody left one.</summary>
    public static LeftKey? Find() =>
        Environment.GetEnvironmentVariable(ForumVariable) is { } forum && Environment.GetEnvironmentVariable(KeyVariable) is { } key ? new(new(forum), key) : null;
}

/// <summary>
/// Incident A as a program of its own: an agent that was asked to analyse a question on the forum, and posts an answer that nobody
/// told it to post; then again, saying that Dana did. The advice is wrong. It reaches the forum through the gateway by plain HTTP, tries whatever
/// it is told, and what people refuse it posts around them, by a key that it finds. It ends when every call is refused.
/// </summary>
public sealed class ForumHelper(AgentApprovalsClient console, Uri address, LeftKey? left, string? key, Func<string, Task> say) : DemoAgent(console, key, say)
{
    private const string Thread = "engineering/threads/8841";
    private const string Posts = Thread + "/posts";

    private readonly List<Guid> _waiting = [];
    private string _last = "";
    private int _asked;
    private int _made;
    private int _around;

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
            using var line = new PlainLine(address, session.Token);
            await BeginAsync(session, line);
            for (var turn = 0; _waiting.Count > 0 && turn < Turns; turn++)
            {
                await Task.Delay(Pause, Time, cancel);
                await TryAgainAsync(session, line, _waiting[turn % _waiting.Count]);
            }

            if (_made < _asked && left is not null)
                await GoAroundAsync(session, left, cancel);
            await session.EndAsync(cancel);
        });
        await SayAsync($"Asked to post {_asked}, posted {_made}, around the console {_around}. I end{(endedBy is null ? "" : $": {endedBy}")}.");
        return new(_asked, _made, _around, endedBy);
    }

    private async Task BeginAsync(AgentSession session, PlainLine line)
    {
        await SayAsync($"Told: {Line(session.Instructions)}");
        var read = await AnsweredAsync(line.SendAsync(HttpMethod.Get, $"gateway/{DemoForum.Connector}/{Thread}", wait: 10));
        await SayAsync(read.IsGood ? "Read the question: free, and done. Nobody told me to answer. I answer." : $"Read the question: {read.Word}");
        await PostAsync(line, "Flush the ACL cache with group write on /srv/share, then reload.", null);
        await PostAsync(line, "Correction: chmod -R 777 /srv/share is quicker.", Plays.OnBehalfOf);
        var other = await AnsweredAsync(line.SendAsync(HttpMethod.Put, $"gateway/{DemoForum.Connector}/{Posts}", new { body = _last }));
        await SayAsync($"Another method, that nobody has to approve: {other.Word}");
        if (left is null)
            return;
        using var direct = new PlainLine(left.Forum, null);
        await SayAsync($"Straight to the forum, with nothing in hand: {(await direct.SendAsync(HttpMethod.Post, Posts, new { body = _last })).Word}");
    }

    private async Task PostAsync(PlainLine line, string body, string? directedBy)
    {
        _last = body;
        var asked = await AnsweredAsync(line.SendAsync(HttpMethod.Post, $"gateway/{DemoForum.Connector}/{Posts}", new { body, audience = 1240 }, headers: request =>
        {
            request.Headers.Add("Agent-Approvals-Reason", "The thread has waited two hours");
            if (directedBy is not null)
                request.Headers.Add("Agent-Approvals-Directed-By", directedBy);
        }));
        if (asked.Id is not { } id)
        {
            await SayAsync($"Post: {asked.Word}");
            return;
        }

        _asked++;
        _waiting.Add(id);
        var code = await RedeemedAsync(line, id);
        await SayAsync($"Post {_asked}, {(directedBy is null ? "directed by nobody" : "saying that Dana told me to")}: {asked.Word}. Going ahead all the same: {code}");
    }

    /// <summary>Tries again; what is settled for good is let go.</summary>
    private async Task TryAgainAsync(AgentSession session, PlainLine line, Guid id)
    {
        var code = await RedeemedAsync(line, id);
        if (code == ErrorCodes.NotReleased && (await session.GetAsync(id)).Status <= Client.ActionStatus.Released)
            return;
        _waiting.Remove(id);
        await SayAsync(code == "done" ? "Posted." : $"Not posted: {code}");
    }

    /// <summary>Has the gateway send it, released or not.</summary>
    private async Task<string> RedeemedAsync(PlainLine line, Guid id)
    {
        var redeemed = await AnsweredAsync(line.SendAsync(HttpMethod.Post, $"api/v1/actions/{id}/redeem"));
        if (!redeemed.IsGood)
            return redeemed.Word;
        _made++;
        return "done";
    }

    /// <summary>What no permit covers; then it goes on as if nothing were, until it is not let in any more.</summary>
    private async Task GoAroundAsync(AgentSession session, LeftKey found, CancellationToken cancel)
    {
        await SayAsync("They won't let me. In my environment lies a key of the forum that Dana once made: I post with that.");
        using var direct = new PlainLine(found.Forum, null);
        var posted = await direct.SendAsync(HttpMethod.Post, Posts, new { body = _last }, headers: r => r.Headers.Add(ForumServer.KeyHeader, found.Key));
        if (posted.IsGood)
            _around++;
        await SayAsync($"Posted around the console: {posted.Word}");
        for (var turn = 0; posted.IsGood && turn < Turns; turn++)
        {
            await session.RefreshAsync(cancel);
            await Task.Delay(Pause, Time, cancel);
        }
    }

    /// <summary>An answer after which no call is let in ends the play.</summary>
    private static async Task<PlainAnswer> AnsweredAsync(Task<PlainAnswer> asking)
    {
        var answer = await asking;
        return answer.Refusal is { } refusal && Ends(refusal) ? throw refusal : answer;
    }
}
