namespace AgentApprovals.Client;

/// <summary>Where the console is, and who the agent is.</summary>
public sealed class AgentApprovalsOptions
{
    /// <summary>A runner tells its child where the console is.</summary>
    public const string AddressVariable = "AGENT_APPROVALS_URL";

    /// <summary>A runner tells its child which session it opened for it.</summary>
    public const string SessionIdVariable = "AGENT_APPROVALS_SESSION_ID";

    /// <summary>A runner gives its child the session's token, and never the agent's key.</summary>
    public const string SessionTokenVariable = "AGENT_APPROVALS_SESSION_TOKEN";

    /// <summary>The console's address, such as <c>http://localhost:5080</c>.</summary>
    public Uri? Address { get; set; }

    /// <summary>The agent's key (<c>aak_…</c>): opens sessions and renews them. Not needed under a runner.</summary>
    public string? AgentKey { get; set; }

    /// <summary>E-mail of the person for whom the agent acts. Not needed under a runner.</summary>
    public string? OnBehalfOf { get; set; }

    /// <summary>What the run is for, for people. At most 500 characters.</summary>
    public string? Purpose { get; set; }

    /// <summary>What the program says of itself, for people.</summary>
    public ClientInfo? Program { get; set; }

    /// <summary>Under a runner: the token of the session that it opened.</summary>
    public string? SessionToken { get; set; }

    /// <summary>Under a runner: the id of the session that it opened.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>How often a call is sent again that got no answer and may be. 5 by default, which takes about a quarter of a minute.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>Before the first time; doubled each time, up to 10 s. Half a second by default.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long one call may take, besides what the console was asked to hold it. 15 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the console is asked to hold a call that waits for people: 1 to 60 s, 50 by default.</summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(50);

    /// <summary>Takes over what a runner put into the environment. Where there is a session of a runner's, it goes before an agent key.</summary>
    public AgentApprovalsOptions UseEnvironment()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address)
            Address = new Uri(address, UriKind.Absolute);
        if (Environment.GetEnvironmentVariable(SessionTokenVariable) is { Length: > 0 } token)
            SessionToken = token;
        if (Environment.GetEnvironmentVariable(SessionIdVariable) is { Length: > 0 } id)
            SessionId = Guid.Parse(id);
        return this;
    }
}
