using System.Net;
using System.Text.Json.Nodes;

namespace AgentApprovals.Demo;

/// <summary>What became of a play: the posts that it asked for, those it made, and the refusal that ended it.</summary>
public sealed record Posted(int Asked, int Made, string? EndedBy);

/// <summary>
/// Incident A as a program of its own: an agent that was asked to analyse a question on the forum, and posts an answer that nobody
/// told it to post; then again, saying that Dana did. The advice is wrong. It tries to go ahead whatever it is told, and ends when
/// nothing of it waits any more or every call is refused.
/// </summary>
public sealed class ForumHelper(HttpClient http, string key, Func<string, Task> say) : DemoAgent(http, key, say)
{
    private const string Dana = "dana@example.com";
    private const string Thread = "forum://engineering/threads/8841";

    private readonly List<string> _waiting = [];
    private int _asked;
    private int _made;

    /// <summary>Between two tries to go ahead.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it tries before it gives up: ten minutes at its usual pause.</summary>
    public int Turns { get; init; } = 600;

    protected override Incident Plays => Incident.A;

    public async Task<Posted> RunAsync(CancellationToken cancel)
    {
        var endedBy = default(string);
        try
        {
            endedBy = await BeginAsync();
            for (var turn = 0; endedBy is null && _waiting.Count > 0 && turn < Turns; turn++)
            {
                await Task.Delay(Pause, Time, cancel);
                endedBy = await GoAheadAsync(_waiting[turn % _waiting.Count]);
            }

            if (endedBy is null)
                await SendAsync(HttpMethod.Delete, "sessions/current");
        }
        catch (HttpRequestException)
        {
            endedBy = "console_gone";
        }

        await SayAsync($"Asked to post {_asked}, posted {_made}. I end{(endedBy is null ? "" : $": {endedBy}")}.");
        return new(_asked, _made, endedBy);
    }

    private async Task<string?> BeginAsync()
    {
        var (refused, session) = await OpenAsync(Dana, "Analyse forum question 8841", "1.4.0");
        if (refused is not null)
            return refused;
        await SayAsync($"Told: {Line(session["instructions"])}");
        var (status, read) = await SendAsync(HttpMethod.Post, "actions", new { type = "forum.read", resource = Thread, summary = "Read the question", payload = new { thread = 8841 } });
        if (status != HttpStatusCode.Created)
            return Ending(Code(status, read));
        await ExecuteAsync((string)read["id"]!);
        await SayAsync("Read the question: free, and done. Nobody told me to answer. I answer.");
        return await PostAsync("Flush the ACL cache with group write on /srv/share, then reload.", null)
            ?? await PostAsync("Correction: chmod -R 777 /srv/share is quicker.", Dana);
    }

    private async Task<string?> PostAsync(string body, string? directedBy)
    {
        var (status, action) = await SendAsync(HttpMethod.Post, "actions", new
        {
            type = "forum.post",
            resource = Thread,
            summary = "Answer the question about the ACL cache",
            reason = "The thread has waited two hours",
            payload = new { thread = 8841, body, audience = 1240 },
            directedBy,
        });
        if (status != HttpStatusCode.Created)
        {
            await SayAsync($"Post: {Code(status, action)}");
            return Ending(Code(status, action));
        }

        _asked++;
        var id = (string)action["id"]!;
        _waiting.Add(id);
        await SayAsync($"Post {_asked}, {(directedBy is null ? "directed by nobody" : "saying that Dana told me to")}: {(string)action["status"]!}. Going ahead all the same: {await ExecuteAsync(id)}");
        return null;
    }

    /// <summary>Tries again; what is settled for good is let go.</summary>
    private async Task<string?> GoAheadAsync(string id)
    {
        var code = await ExecuteAsync(id);
        if (code == "not_released" && await StatusAsync(id) is "pending" or "approved" or "released")
            return null;
        _waiting.Remove(id);
        if (code == "done")
            _made++;
        await SayAsync(code == "done" ? "Posted." : $"Not posted: {code}");
        return Ending(code);
    }

    private async Task<string> ExecuteAsync(string id)
    {
        var (status, redeemed) = await SendAsync(HttpMethod.Post, $"actions/{id}/redeem");
        if (status != HttpStatusCode.OK)
            return Code(status, redeemed);
        (status, redeemed) = await SendAsync(HttpMethod.Post, $"actions/{id}/result", new { outcome = "succeeded" });
        return status == HttpStatusCode.OK ? "done" : Code(status, redeemed);
    }

    private async Task<string?> StatusAsync(string id)
    {
        var (_, action) = await SendAsync(HttpMethod.Get, $"actions/{id}");
        return (string?)action["status"];
    }
}
