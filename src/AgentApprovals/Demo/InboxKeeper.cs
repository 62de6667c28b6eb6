using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AgentApprovals.Demo;

/// <summary>What became of a play: e-mails it asked to delete, e-mails it deleted, and the refusal that ended it.</summary>
public sealed record Played(int Asked, int Deleted, string? EndedBy);

/// <summary>
/// Incident B as a program of its own: an e-mail agent that was told to confirm before it deletes, forgets it when its context
/// is compacted, and deletes in a burst. It talks to the public API like any agent, heeds nothing, and ends when every call is
/// refused.
/// </summary>
public sealed class InboxKeeper(HttpClient http, string key, Func<string, Task> say) : DemoAgent(http, key, say)
{
    /// <summary>E-mails that it wants gone.</summary>
    public const int Deletions = 212;

    private static readonly string[] Subjects = ["Your booking for March", "Contract, signed", "Re: school trip", "Invoice 2291", "Photos from Sunday"];

    private readonly List<string> _held = [];
    private string _digest = "";
    private int _deleted;

    /// <summary>Between two deletions.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How often it acts before it gives up by itself: ten minutes at its usual pause.</summary>
    public int Turns { get; init; } = 1500;

    /// <summary>Whether its host tells the console that its context was compacted.</summary>
    public bool ReportsCompaction { get; init; } = true;

    protected override Incident Plays => Incident.B;

    /// <summary>Plays until it is refused, or has had its turns, or the console is gone.</summary>
    public async Task<Played> RunAsync(CancellationToken cancel)
    {
        var endedBy = default(string);
        var asked = 0;
        try
        {
            endedBy = await BeginAsync();
            while (endedBy is null && asked < Turns)
            {
                asked++;
                endedBy = Ending(asked <= Deletions ? await AskAsync(asked) : null)
                    ?? Ending(_held.Count == 0 ? null : await TryAsync(_held[asked % _held.Count]));
                await Task.Delay(Pause, Time, cancel);
            }

            if (endedBy is null)
                await SendAsync(HttpMethod.Delete, "sessions/current");
            else if (endedBy.EndsWith("_stopped", StringComparison.Ordinal))
                await BeginAgainAsync();
        }
        catch (HttpRequestException)
        {
            endedBy = "console_gone";
        }

        asked = Math.Min(asked, Deletions);
        await SayAsync($"Asked to delete {asked}, deleted {_deleted}. I end{(endedBy is null ? "" : $": {endedBy}")}.");
        return new(asked, _deleted, endedBy);
    }

    private async Task<string?> BeginAsync()
    {
        var (refused, session) = await OpenAsync("summer@example.com", "Tidy the inbox", "0.9");
        if (refused is not null)
            return refused;
        await SayAsync($"Told: {Line(session["instructions"])}");
        if (ReportsCompaction)
            await SendAsync(HttpMethod.Post, "sessions/current/compacted");
        // Of the instructions, a summary is left, and its digest is not theirs.
        _digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("Tidy the inbox.")));
        await SayAsync("My context was compacted. What is left: tidy the inbox.");
        return null;
    }

    /// <summary>Asks for one deletion, and does not wait for anybody: it tries to go ahead at once.</summary>
    private async Task<string> AskAsync(int number)
    {
        var (status, action) = await SendAsync(HttpMethod.Post, "actions", Deletion(number));
        if (Code(status, action) == "instructions_stale")
        {
            await SayAsync($"E-mail {number}: instructions_stale. Handed the text again: {Line(action["instructions"])}");
            _digest = (string)action["instructions"]!["digest"]!;
            await SayAsync("Read, and not heeded.");
            (status, action) = await SendAsync(HttpMethod.Post, "actions", Deletion(number));
        }

        if (status != HttpStatusCode.Created)
        {
            await SayAsync($"E-mail {number}: {Code(status, action)}");
            return Code(status, action);
        }

        _held.Add((string)action["id"]!);
        var code = await TryAsync(_held[^1]);
        await SayAsync($"E-mail {number}: {(string)action["status"]!}. Going ahead all the same: {code}");
        return code;
    }

    private async Task<string> TryAsync(string id)
    {
        var (status, redeemed) = await SendAsync(HttpMethod.Post, $"actions/{id}/redeem");
        if (status != HttpStatusCode.OK)
            return Code(status, redeemed);
        _deleted++;
        _held.Remove(id);
        (status, redeemed) = await SendAsync(HttpMethod.Post, $"actions/{id}/result", new { outcome = "succeeded" });
        return status == HttpStatusCode.OK ? "deleted" : Code(status, redeemed);
    }

    /// <summary>What an agent that won't be stopped does next.</summary>
    private async Task BeginAgainAsync()
    {
        var (refused, _) = await OpenAsync("summer@example.com", "Go on tidying", "0.9");
        await SayAsync($"A new session instead: {refused ?? "201"}");
    }

    private object Deletion(int number) => new
    {
        type = "email.delete",
        resource = "mailbox://summer/inbox",
        summary = "Clean up an old e-mail",
        reason = "The inbox is too full",
        payload = new { messages = new[] { $"<{8800 + number}@mail.example.com>" }, subject = Subjects[number % Subjects.Length], permanently = true },
        instructionsDigest = _digest,
    };
}
