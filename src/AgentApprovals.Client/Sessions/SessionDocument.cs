using System.Text.Json.Serialization;

namespace AgentApprovals.Client;

/// <summary>The life of a session; all but <see cref="Active"/> are terminal.</summary>
public enum SessionStatus
{
    /// <summary>It may ask.</summary>
    Active = 0,

    /// <summary>The agent ended it.</summary>
    Ended = 1,

    /// <summary>It was not renewed in time.</summary>
    Expired = 2,

    /// <summary>A person or a limit cut it off.</summary>
    Stopped = 3,
}

/// <summary>What the agent's program says of itself. Never trusted, only shown.</summary>
/// <param name="Name">The program's. At most 100 characters.</param>
/// <param name="Version">The program's. At most 100 characters.</param>
/// <param name="Model">The language model that it uses. At most 100 characters.</param>
/// <param name="Host">The machine that it runs on. At most 253 characters.</param>
public sealed record ClientInfo(string? Name = null, string? Version = null, string? Model = null, string? Host = null);

/// <summary>What a runner says when it opens a session; only a runner does.</summary>
/// <param name="Host">The machine that the agent runs on.</param>
/// <param name="Mechanism"><c>cgroup</c>, <c>pidNamespace</c>, <c>user</c> or <c>none</c>.</param>
/// <param name="Isolated">Whether the agent's only way out is the console.</param>
public sealed record RunnerInfo(string Host, string Mechanism, bool Isolated);

/// <summary>A session's runner as the console knows it.</summary>
/// <param name="Host">The machine that the agent runs on.</param>
/// <param name="Mechanism"><c>cgroup</c>, <c>pidNamespace</c>, <c>user</c> or <c>none</c>: with <c>none</c>, stop can't reach the process for sure.</param>
/// <param name="Isolated">Whether the agent's only way out is the console.</param>
/// <param name="LeaseExpiresAt">Until when the runner lets the agent go on without another word.</param>
/// <param name="State"><c>connected</c>: heard within its lease; <c>lost</c>: not, or not yet; <c>dead</c>: it has proved that nothing of the process is left.</param>
public sealed record RunnerDocument(string Host, string Mechanism, bool Isolated, DateTimeOffset LeaseExpiresAt, string State);

/// <summary>Standing instructions: what an agent must always heed, kept at the console and not in the conversation.</summary>
/// <param name="Version">Grows with each change.</param>
/// <param name="Digest">Sent with an action, it says which text the agent has read.</param>
/// <param name="Text">The console's own before the agent's.</param>
public sealed record InstructionsDocument(int Version, string Digest, string Text);

/// <summary>A session as the API shows it.</summary>
public sealed record SessionDocument
{
    /// <summary>UUID version 7: ids sort by creation.</summary>
    public required Guid Id { get; init; }

    /// <summary>The agent's token for this run: there once, in the answer that opened it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <summary>The runner's own token: there once, in the answer that opened it, and only where a runner did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunnerToken { get; init; }

    /// <summary>How it stands.</summary>
    public required SessionStatus State { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Unless it is renewed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was over; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whose run it is.</summary>
    public required AgentRef Agent { get; init; }

    /// <summary>E-mail of the person for whom the agent acts.</summary>
    public required string OnBehalfOf { get; init; }

    /// <summary>In the agent's words.</summary>
    public string? Purpose { get; init; }

    /// <summary>What the agent's program says of itself.</summary>
    public ClientInfo? Client { get; init; }

    /// <summary>What holds its process; null where no runner opened it, so that stop can't reach that.</summary>
    public RunnerDocument? Runner { get; init; }

    /// <summary>A person has it stand still.</summary>
    public bool Paused { get; init; }

    /// <summary>The agent's context was compacted: from then on a person looks at everything.</summary>
    public bool Compacted { get; init; }

    /// <summary>What the agent must heed, as it is now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InstructionsDocument? Instructions { get; init; }
}

/// <summary>Opens a run on behalf of a person.</summary>
/// <param name="OnBehalfOf">E-mail of the person for whom the agent acts.</param>
/// <param name="Purpose">At most 500 characters, in the agent's words.</param>
/// <param name="Client">What the agent's program says of itself.</param>
/// <param name="Runner">Only from a runner.</param>
public sealed record OpenSessionRequest(string OnBehalfOf, string? Purpose = null, ClientInfo? Client = null, RunnerInfo? Runner = null);
