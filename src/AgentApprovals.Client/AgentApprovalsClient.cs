using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace AgentApprovals.Client;

/// <summary>
/// A console, as an agent's program calls it. Safe for use by many threads; meant to be kept. Every call throws
/// <see cref="AgentApprovalsException"/> where the console refuses, can't be reached or answers what no console answers.
/// </summary>
public sealed class AgentApprovalsClient : IDisposable
{
    private readonly Line _line;
    private readonly HttpClient? _owned;

    /// <summary>Without dependency injection: a line of its own, with everything that <c>AddAgentApprovals</c> gives.</summary>
    /// <param name="options">At least the address.</param>
    /// <param name="time">Null: the machine's.</param>
    public AgentApprovalsClient(AgentApprovalsOptions options, TimeProvider? time = null)
        : this(Connect(options, time ?? TimeProvider.System), options, time) => _owned = Http;

    /// <summary>Over a line of the caller's, which decides by itself what it sends again.</summary>
    /// <param name="http">Its base address, where it has one, is the console's.</param>
    /// <param name="options">Who the agent is.</param>
    /// <param name="time">Null: the machine's.</param>
    public AgentApprovalsClient(HttpClient http, AgentApprovalsOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        http.BaseAddress ??= options.Address;
        (Http, Options, Time, _line) = (http, options, time ?? TimeProvider.System, new(http));
    }

    internal AgentApprovalsOptions Options { get; }

    internal TimeProvider Time { get; }

    private HttpClient Http { get; }

    /// <summary>
    /// Begins the agent's run, as the options say: under a runner it is the session that the runner opened and renews; else one is opened
    /// with the agent's key, and renewed before it expires for as long as the <see cref="AgentSession"/> is not disposed of.
    /// </summary>
    /// <exception cref="InvalidOperationException">The options name neither a session nor a key and a person.</exception>
    public Task<AgentSession> StartAsync(CancellationToken cancel = default)
    {
        if (Options.SessionToken is { Length: > 0 } token)
            return AttachAsync(token, cancel);
        return Options is { AgentKey: { Length: > 0 } key, OnBehalfOf: { Length: > 0 } person }
            ? StartAsync(key, new(person, Options.Purpose, Options.Program), cancel)
            : throw new InvalidOperationException(
                $"Neither a runner's session ({AgentApprovalsOptions.SessionTokenVariable}) nor an agent key and the person to act for ({nameof(Options.AgentKey)}, {nameof(Options.OnBehalfOf)}) is there.");
    }

    /// <summary>Opens a session, and renews it before it expires for as long as the <see cref="AgentSession"/> is not disposed of.</summary>
    /// <param name="agentKey"><c>aak_…</c></param>
    /// <param name="request">For whom, and what for.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AgentSession> StartAsync(string agentKey, OpenSessionRequest request, CancellationToken cancel = default)
    {
        var opened = await OpenSessionAsync(agentKey, request, cancel);
        return new(this, opened.Token!, opened, new Renewing(this, agentKey, opened));
    }

    /// <summary>Goes on with a session that somebody else opened and renews.</summary>
    /// <param name="sessionToken"><c>aas_…</c></param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AgentSession> AttachAsync(string sessionToken, CancellationToken cancel = default)
    {
        var session = await SendAsync<SessionDocument>(new(HttpMethod.Get, "sessions/current", sessionToken), cancel);
        return Options.SessionId is { } expected && Options.SessionToken == sessionToken && expected != session.Id
            ? throw AgentApprovalsException.Unexpected("The session's token is of another session than the environment says.")
            : new(this, sessionToken, session, null);
    }

    /// <summary>Opens a session and nothing more: for a runner, which renews it by itself. Never sent twice, for it would open two.</summary>
    /// <param name="agentKey"><c>aak_…</c></param>
    /// <param name="request">For whom, and what for.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<SessionDocument> OpenSessionAsync(string agentKey, OpenSessionRequest request, CancellationToken cancel = default)
    {
        var opened = await SendAsync<SessionDocument>(new(HttpMethod.Post, "sessions", agentKey) { Body = request, Expects = HttpStatusCode.Created }, cancel);
        return opened.Token is { Length: > 0 } ? opened : throw AgentApprovalsException.Unexpected("A session was opened without a token.", HttpStatusCode.Created);
    }

    /// <summary>More time for a session; its token stays.</summary>
    /// <param name="agentKey"><c>aak_…</c></param>
    /// <param name="sessionId">One of that agent's.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<SessionDocument> RenewSessionAsync(string agentKey, Guid sessionId, CancellationToken cancel = default) =>
        SendAsync<SessionDocument>(new(HttpMethod.Post, $"sessions/{sessionId}/renew", agentKey) { IsRepeatable = true }, cancel);

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    internal Task<T> SendAsync<T>(Call call, CancellationToken cancel) => _line.SendAsync<T>(call, cancel);

    internal Task SendAsync(Call call, CancellationToken cancel) => _line.SendAsync(call, cancel);

    private static HttpClient Connect(AgentApprovalsOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        Repeating.Configure(pipeline, options);
        return new(new ResilienceHandler(pipeline.Build())
        {
            InnerHandler = new Repeating.WholeAnswers { InnerHandler = Repeating.NewSockets() },
        })
        {
            BaseAddress = options.Address ?? throw new ArgumentException("The options name no console: Address.", nameof(options)),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
