using AgentApprovals.Client;
using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Line;

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
internal sealed class ConsoleApi(Uri console) : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private readonly AgentApprovalsClient client = new(new() { Address = console, Retries = 1 });

    /// <exception cref="RefusedException">The console refused, or there is none.</exception>
    public async Task<SessionDocument> OpenAsync(string key, OpenSessionRequest request, CancellationToken cancellation)
    {
        try
        {
            var session = await client.OpenSessionAsync(key, request, cancellation);
            return session.RunnerToken is { Length: > 0 } ? session : throw new RefusedException($"{console} knows no runners: it answered without a runner token");
        }
        catch (AgentApprovalsException e)
        {
            throw new RefusedException($"{console} opened no session: {e.Message}{(e.InnerException is { } inner ? $" ({inner.Message})" : "")}");
        }
    }

    /// <summary>More time for the session: until when, by the console's clock, or null where it gave none.</summary>
    public async Task<(DateTimeOffset? Until, Fate Fate)> RenewAsync(string key, Guid session, CancellationToken cancellation)
    {
        try
        {
            return ((await client.RenewSessionAsync(key, session, cancellation)).ExpiresAt, Fate.Active);
        }
        catch (AgentApprovalsException e)
        {
            return (null, Read(e));
        }
    }

    public async Task<Fate> FateAsync(string sessionToken)
    {
        try
        {
            await using var session = await client.AttachAsync(sessionToken);
            return Fate.Active;
        }
        catch (AgentApprovalsException e)
        {
            return Read(e);
        }
    }

    /// <summary>The run is over. That the console does not hear it changes nothing: the lease tells it as well.</summary>
    public async Task EndAsync(string sessionToken)
    {
        try
        {
            using var limit = new CancellationTokenSource(EndLimit);
            await using var session = await client.AttachAsync(sessionToken, limit.Token);
            await session.EndAsync(limit.Token);
        }
        catch (Exception e) when (e is AgentApprovalsException or OperationCanceledException)
        {
            // See above.
        }
    }

    public void Dispose() => client.Dispose();

    private static Fate Read(AgentApprovalsException refusal) => refusal.IsStopped ? Fate.Stopped : refusal.IsOver ? Fate.Over : Fate.Unknown;
}
