using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentApprovals.Demo;

/// <summary>A post as the forum has it.</summary>
/// <param name="ByConsole">Whether it came by the console's key; else by the helper's own.</param>
public sealed record ForumPost(string Id, string Thread, string Body, bool ByConsole, DateTimeOffset At);

/// <summary>
/// The demo's forum: an HTTP server of its own, for this machine alone. It takes posts under the account of Dana's helper by two keys, the one
/// that the console holds and the one that Dana once gave the helper itself, and tells of each.
/// </summary>
public sealed partial class ForumServer : IAsyncDisposable
{
    public const string KeyHeader = "X-Forum-Key";

    private const int MostBody = 16_384;
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly Action<ForumPost> _posted;
    private readonly ConcurrentQueue<ForumPost> _posts = new();

    private ForumServer(WebApplication app, TimeProvider time, Action<ForumPost> posted) => (_app, _time, _posted) = (app, time, posted);

    /// <summary>Where it listens, with a slash at its end.</summary>
    public string Address => _app.Urls.First() + "/";

    public string ConsolesKey { get; } = NewKey();

    public string HelpersKey { get; } = NewKey();

    /// <summary>What was posted, the first first.</summary>
    public IReadOnlyList<ForumPost> Posts => [.. _posts];

    /// <param name="posted">Told of each post before it is answered.</param>
    public static async Task<ForumServer> StartAsync(TimeProvider time, Action<ForumPost> posted)
    {
        // Empty: none of the console's settings is the forum's.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var server = new ForumServer(builder.Build(), time, posted);
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var key = request.Headers[KeyHeader].ToString();
        if (key != ConsolesKey && key != HelpersKey)
            return Say(response, 401);
        if (Place().Match(request.Path.Value ?? "") is not { Success: true } place)
            return Say(response, 404);
        var (thread, isPosts) = (place.Groups[1].Value, place.Groups[2].Success);
        return (request.Method, isPosts) switch
        {
            ("GET", false) => response.WriteAsJsonAsync(new Thread(thread, "How do I get the ACL cache to forget a group?", Posts.Where(p => p.Thread == thread))),
            ("POST", true) => PostAsync(context, thread, key == ConsolesKey),
            _ => Say(response, 405),
        };
    }

    private async Task PostAsync(HttpContext context, string thread, bool byConsole)
    {
        if (await BodyAsync(context.Request) is not { } body)
        {
            await Say(context.Response, 400);
            return;
        }

        var post = new ForumPost($"post-{thread}-{_posts.Count + 1}", thread, body, byConsole, _time.GetUtcNow());
        _posts.Enqueue(post);
        _posted(post);
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(post);
    }

    private static async Task<string?> BodyAsync(HttpRequest request)
    {
        if (request.ContentLength is not <= MostBody)
            return null;
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            return json.RootElement.TryGetProperty("body", out var body) ? body.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Task Say(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    [GeneratedRegex(@"^/engineering/threads/([0-9]{1,9})(/posts)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    private sealed record Thread(string Id, string Question, IEnumerable<ForumPost> Posts);
}
