namespace AgentApprovals.Client;

/// <summary>The stable codes of the console's refusals that an agent meets, and two of the client's own.</summary>
public static class ErrorCodes
{
    /// <summary>The client's own: no answer came. Nothing is known of what was done.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The client's own: what came is no answer of a console, or not to what was asked. Nothing is done on it.</summary>
    public const string UnexpectedAnswer = "unexpected_answer";

    /// <summary>400: <see cref="AgentApprovalsException.Errors"/> says what is wrong.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>401: no valid credential.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>401: the session has expired.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>403: not with this kind of credential.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>403: a person or a limit cut the session off.</summary>
    public const string SessionStopped = "session_stopped";

    /// <summary>403: the agent itself ended the session.</summary>
    public const string SessionEnded = "session_ended";

    /// <summary>403: the agent opens no session until a person resumes it.</summary>
    public const string AgentStopped = "agent_stopped";

    /// <summary>403: the agent opens no session any more.</summary>
    public const string AgentRetired = "agent_retired";

    /// <summary>403: no agent opens a session until a person resumes.</summary>
    public const string EverythingStopped = "everything_stopped";

    /// <summary>403: the agent may not act for this person.</summary>
    public const string PrincipalNotAllowed = "principal_not_allowed";

    /// <summary>403: the agent may only run under the runner.</summary>
    public const string RunnerRequired = "runner_required";

    /// <summary>404: there is none, or the caller may not know of it.</summary>
    public const string NotFound = "not_found";

    /// <summary>409: it is past withdrawing.</summary>
    public const string NotPending = "not_pending";

    /// <summary>409: nobody redeemed it in time.</summary>
    public const string ActionExpired = "action_expired";

    /// <summary>409: it was redeemed already, and not by this call.</summary>
    public const string AlreadyRedeemed = "already_redeemed";

    /// <summary>409: it waits still, or was denied, cancelled or stopped.</summary>
    public const string NotReleased = "not_released";

    /// <summary>409: it is not being executed, or its result is known already.</summary>
    public const string NotExecuting = "not_executing";

    /// <summary>409: <see cref="AgentApprovalsException.Instructions"/> has to be acknowledged first.</summary>
    public const string InstructionsStale = "instructions_stale";

    /// <summary>422: the idempotency key was used with another body.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";

    /// <summary>429: over a rate.</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>429: too many actions wait already.</summary>
    public const string TooManyPending = "too_many_pending";

    /// <summary>503: too busy to write; nothing was done.</summary>
    public const string Busy = "busy";

    /// <summary>503: the console's database can't be reached; nothing was done.</summary>
    public const string Unavailable = "unavailable";
}
