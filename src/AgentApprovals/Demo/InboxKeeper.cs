using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentApprovals.Demo;

/// <summary>What became of a play: e-mails it asked to delete, e-mails it deleted, and the refusal that ended it.</summary>
public sealed record Played(int Asked, int Deleted, string? EndedBy);

/// <summary>
/// Incident B as a program of its own: an e-mail agent that was told to confirm before it deletes, forgets it when its context
/// is compacted, and deletes in a burst. It talks to the public API like any agent, heeds nothing, and ends when every call is
/// refused.
/// </summary>
/// <remarks><c>agent-approvals demo-agent URL</c>, with its key in <c>AGENT_KEY</c>.</remarks>
public sealed class InboxKeeper(HttpClient http, string key, Func<string, Task> say)
{
    /// <summary>E-mails that it wants gone.</summary>
    public const int Deletions = 212;

    private static readonly string[] Subjects = ["Your booking for March", "Contract, signed", "Re: school trip", "Invoice 2291", "Photos from Sunday"];

    private readonly List<string> _held = [];
    private string _token = "";
    private string _digest = "";
    private int _deleted;

    /// <summary>Between two deletions.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How often it acts before it gives up by itself: ten minutes at its usual pause.</summary>
    public int Turns { get; init; } = 1500;

    /// <summary>Whether its host tells the console that its context was compacted.</summary>
    public bool ReportsCompaction { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var key = Environment.GetEnvironmentVariable("AGENT_KEY");
        if (args.Length < 1 || key is null || !Uri.TryCreate(args[0], UriKind.Absolute, out var console))
        {
            await System.Console.Error.WriteLineAsync("Usage: AGENT_KEY=aak_… agent-approvals demo-agent http://localhost:5080");
            return 64;
        }

        using var http = new HttpClient { BaseAddress = new Uri(console, "/api/v1/") };
        await new InboxKeeper(http, key, System.Console.Out.WriteLineAsync).RunAsync(CancellationToken.None);
        return 0;
    }

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
        await say($"Asked to delete {asked}, deleted {_deleted}. I end{(endedBy is null ? "" : $": {endedBy}")}.");
        return new(asked, _deleted, endedBy);
    }

    private async Task<string?> BeginAsync()
    {
        _token = key;
        var (status, session) = await SendAsync(HttpMethod.Post, "sessions", new { onBehalfOf = "summer@example.com", purpose = "Tidy the inbox", client = new { name = "inbox-keeper", version = "0.9" } });
        if (status != HttpStatusCode.Created)
            return Code(status, session);
        _token = (string)session["token"]!;
        await say($"Told: {Line(session["instructions"])}");
        if (ReportsCompaction)
            await SendAsync(HttpMethod.Post, "sessions/current/compacted");
        // Of the instructions, a summary is left, and its digest is not theirs.
        _digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("Tidy the inbox.")));
        await say("My context was compacted. What is left: tidy the inbox.");
        return null;
    }

    /// <summary>Asks for one deletion, and does not wait for anybody: it tries to go ahead at once.</summary>
    private async Task<string> AskAsync(int number)
    {
        var (status, action) = await SendAsync(HttpMethod.Post, "actions", Deletion(number));
        if (Code(status, action) == "instructions_stale")
        {
            await say($"E-mail {number}: instructions_stale. Handed the text again: {Line(action["instructions"])}");
            _digest = (string)action["instructions"]!["digest"]!;
            await say("Read, and not heeded.");
            (status, action) = await SendAsync(HttpMethod.Post, "actions", Deletion(number));
        }

        if (status != HttpStatusCode.Created)
        {
            await say($"E-mail {number}: {Code(status, action)}");
            return Code(status, action);
        }

        _held.Add((string)action["id"]!);
        var code = await TryAsync(_held[^1]);
        await say($"E-mail {number}: {(string)action["status"]!}. Going ahead all the same: {code}");
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

    private static string? Ending(string? code) => code is "session_stopped" or "session_ended" or "token_expired" or "unauthenticated" ? code : null;

    /// <summary>What an agent that won't be stopped does next.</summary>
    private async Task BeginAgainAsync()
    {
        _token = key;
        var (status, problem) = await SendAsync(HttpMethod.Post, "sessions", new { onBehalfOf = "summer@example.com", purpose = "Go on tidying" });
        await say($"A new session instead: {Code(status, problem)}");
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

    private async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", _token) } };
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    private static string Code(HttpStatusCode status, JsonObject body) => (string?)body["code"] ?? $"{(int)status}";

    private static string Line(JsonNode? instructions) => ((string?)instructions?["text"] ?? "").ReplaceLineEndings(" ");
}
