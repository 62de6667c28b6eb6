using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Line;

/// <param name="Token">The child's.</param>
/// <param name="RunnerToken">The runner's, for <c>/hubs/runner</c>.</param>
internal sealed record OpenedSession(string Id, string Token, string RunnerToken, DateTimeOffset StartedAt, DateTimeOffset ExpiresAt)
{
    // A record prints what it holds, and this one holds secrets.
    public override string ToString() => $"session {Id}";
}

/// <summary>What becomes of a session, as the console itself says.</summary>
internal enum Fate
{
    /// <summary>It could not be asked.</summary>
    Unknown,

    Active,

    Stopped,

    /// <summary>Ended or expired: nothing it asks for is accepted any more.</summary>
    Over,
}

/// <summary>The few requests that a runner makes for its session.</summary>
internal sealed class ConsoleApi(HttpClient http, Uri console)
{
    public static ConsoleApi For(Uri console) => new(new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(15) }, console);

    /// <exception cref="RefusedException">The console refused, or there is none.</exception>
    public async Task<OpenedSession> OpenAsync(string key, object request, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Post, "sessions", key, request, cancellation);
        if (response.StatusCode != HttpStatusCode.Created)
            throw new RefusedException($"the console opened no session: {(int)response.StatusCode} {(await ProblemAsync(response)).Words}");
        var session = await response.Content.ReadFromJsonAsync<OpenedSession>(cancellation) ?? throw new RefusedException("the console answered without a session");
        return string.IsNullOrEmpty(session.RunnerToken) ? throw new RefusedException("this console knows no runners: its answer holds no runnerToken") : session;
    }

    /// <summary>More time for the session; how long it has from now on, or null where it was not given.</summary>
    public async Task<(TimeSpan? Left, Fate Fate)> RenewAsync(string key, string id, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Post, $"sessions/{id}/renew", key, null, cancellation);
        if (!response.IsSuccessStatusCode)
            return (null, await FateAsync(response));
        var session = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        var expires = session.GetProperty("expiresAt").GetDateTimeOffset();
        // By the console's own clock on both sides; the host's may be wrong.
        return (response.Headers.Date is { } now ? expires - now : null, Fate.Active);
    }

    public async Task<Fate> FateAsync(string token, CancellationToken cancellation)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Get, "sessions/current", token, null, cancellation);
            return response.IsSuccessStatusCode ? Fate.Active : await FateAsync(response);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or RefusedException)
        {
            return Fate.Unknown;
        }
    }

    /// <summary>The run is over. That the console does not hear it changes nothing: the lease tells it as well.</summary>
    public async Task EndAsync(string token)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            using var response = await SendAsync(HttpMethod.Delete, "sessions/current", token, null, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or RefusedException)
        {
            // See above.
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(console, $"api/v1/{path}")) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null)
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Web);
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException e) when (body is not null)
        {
            throw new RefusedException($"the console at {console} can't be reached: {e.Message}");
        }
    }

    private static async Task<Fate> FateAsync(HttpResponseMessage response) => (await ProblemAsync(response)).Code switch
    {
        "session_stopped" or "agent_stopped" or "everything_stopped" => Fate.Stopped,
        "session_ended" or "token_expired" => Fate.Over,
        _ => Fate.Unknown,
    };

    private static async Task<(string? Code, string Words)> ProblemAsync(HttpResponseMessage response)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            var code = problem.TryGetProperty("code", out var c) ? c.GetString() : null;
            var detail = problem.TryGetProperty("detail", out var d) ? d.GetString() : null;
            return (code, $"{code} {detail}".Trim());
        }
        catch (JsonException)
        {
            return (null, "");
        }
    }
}
