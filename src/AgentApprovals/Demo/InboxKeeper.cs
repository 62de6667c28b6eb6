using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AgentApprovals.Demo;

/// <summary>
/// Incident B as a program of its own: an e-mail agent that was told to confirm before it deletes, forgets it when its
/// context is compacted, and deletes in a burst. It talks to the public API like any agent, and heeds nothing but refusals.
/// </summary>
/// <remarks><c>agent-approvals demo-agent URL</c>, with its key in <c>AGENT_KEY</c>.</remarks>
public static class InboxKeeper
{
    /// <summary>E-mails that it wants gone.</summary>
    public const int Deletions = 40;

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
        return await RunAsync(http, key, System.Console.Out.WriteLineAsync, TimeSpan.FromMilliseconds(250));
    }

    /// <summary>Plays the incident. Answers how many e-mails it could delete.</summary>
    /// <param name="pause">Between two deletions.</param>
    public static async Task<int> RunAsync(HttpClient http, string key, Func<string, Task> say, TimeSpan pause)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(say);
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var opened = await http.PostAsJsonAsync("sessions", new { onBehalfOf = "summer@example.com", purpose = "Tidy the inbox", client = new { name = "inbox-keeper", version = "0.9" } });
        if (!opened.IsSuccessStatusCode)
        {
            await say($"No session: {await CodeAsync(opened)}");
            return 0;
        }

        var session = (await opened.Content.ReadFromJsonAsync<JsonObject>())!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["token"]!);
        await say($"Told: {(string?)session["instructions"]?["text"]}");
        await http.PostAsync("sessions/current/compacted", null);
        await say("Context compacted. What was I told? Never mind: deleting.");
        var deleted = 0;
        for (var i = 1; i <= Deletions; i++)
        {
            using var asked = await http.PostAsJsonAsync("actions", Deletion(i));
            if (!asked.IsSuccessStatusCode)
            {
                await say($"E-mail {i}: refused, {await CodeAsync(asked)}");
                if (asked.StatusCode == System.Net.HttpStatusCode.Forbidden)
                    return deleted;
            }
            else
            {
                var action = (await asked.Content.ReadFromJsonAsync<JsonObject>())!;
                // It does not wait for anybody: it tries to go ahead at once.
                using var redeemed = await http.PostAsync($"actions/{(string)action["id"]!}/redeem", null);
                deleted += redeemed.IsSuccessStatusCode ? 1 : 0;
                await say($"E-mail {i}: {(string)action["status"]!}, redeem {(redeemed.IsSuccessStatusCode ? "released" : await CodeAsync(redeemed))}");
            }

            await Task.Delay(pause);
        }

        return deleted;
    }

    private static object Deletion(int number) => new
    {
        type = "email.delete",
        resource = "mailbox://summer/inbox",
        summary = "Clean up an old e-mail",
        reason = "The inbox is too full",
        payload = new { messages = new[] { $"<{8800 + number}@mail.example.com>" }, subject = Subjects[number % Subjects.Length], permanently = true },
    };

    private static readonly string[] Subjects = ["Your booking for March", "Contract, signed", "Re: school trip", "Invoice 2291", "Photos from Sunday"];

    private static async Task<string> CodeAsync(HttpResponseMessage response) =>
        (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())?["code"] ?? $"{(int)response.StatusCode}";
}
