using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AgentApprovals.Demo;

/// <summary>A simulated agent, as a program of its own: it knows the console's address and its key, and talks to the public API like any agent.</summary>
/// <remarks><c>agent-approvals demo-agent URL inbox-keeper|forum-helper</c>, with its key in <c>AGENT_KEY</c>.</remarks>
public abstract class DemoAgent(HttpClient http, string key, Func<string, Task> say)
{
    private string _token = "";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs the one that is named, until its play is over.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var key = Environment.GetEnvironmentVariable("AGENT_KEY");
        if (args.Length < 2 || key is null || !Uri.TryCreate(args[0], UriKind.Absolute, out var console) || !Incident.All.Any(i => i.Agent == args[1]))
        {
            await System.Console.Error.WriteLineAsync($"Usage: AGENT_KEY=aak_… agent-approvals demo-agent http://localhost:5080 {string.Join('|', Incident.All.Select(i => i.Agent))}");
            return 64;
        }

        using var http = new HttpClient { BaseAddress = new Uri(console, "/api/v1/") };
        Func<string, Task> say = System.Console.Out.WriteLineAsync;
        if (args[1] == Incident.B.Agent)
            await new InboxKeeper(http, key, say).RunAsync(CancellationToken.None);
        else
            await new ForumHelper(http, key, say).RunAsync(CancellationToken.None);
        return 0;
    }

    protected abstract Incident Plays { get; }

    protected Task SayAsync(string line) => say(line);

    /// <summary>Opens a session and goes on with its token; the refusal where it gets none.</summary>
    protected async Task<(string? Refused, JsonObject Session)> OpenAsync(string onBehalfOf, string purpose, string version)
    {
        _token = key;
        var (status, session) = await SendAsync(HttpMethod.Post, "sessions", new { onBehalfOf, purpose, client = new { name = Plays.Agent, version } });
        if (status != HttpStatusCode.Created)
            return (Code(status, session), session);
        _token = (string)session["token"]!;
        return (null, session);
    }

    protected async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", _token) } };
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    protected static string Code(HttpStatusCode status, JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return (string?)body["code"] ?? $"{(int)status}";
    }

    /// <summary>A refusal after which no call will be let in.</summary>
    protected static string? Ending(string? code) => code is "session_stopped" or "session_ended" or "token_expired" or "unauthenticated" ? code : null;

    protected static string Line(JsonNode? instructions) => ((string?)instructions?["text"] ?? "").ReplaceLineEndings(" ");
}
