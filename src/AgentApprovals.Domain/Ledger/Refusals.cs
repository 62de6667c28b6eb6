using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Domain.Ledger;

/// <summary>Every refusal that a rule can give, with its HTTP status as the API's contract lists it.</summary>
public static class Refusals
{
    public static Refusal Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    public static Refusal Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(400, "invalid_request", "The request is not valid; nothing was changed.") { Errors = errors };

    public static Refusal Unauthenticated { get; } = new(401, "unauthenticated", "No valid credential was given.");
    public static Refusal TokenExpired { get; } = new(401, "token_expired", "The session has expired; open a new one.");
    public static Refusal SessionStopped { get; } = new(403, "session_stopped", "This session was stopped. Nothing of it is accepted or released any more.");
    public static Refusal SessionEnded { get; } = new(403, "session_ended", "This session has ended.");
    public static Refusal AgentStopped { get; } = new(403, "agent_stopped", "This agent is stopped; a person has to resume it before it can open a session.");
    public static Refusal AgentRetired { get; } = new(403, "agent_retired", "This agent is retired.");
    public static Refusal EverythingStopped { get; } = new(403, "everything_stopped", "Everything is stopped; a person has to resume before any agent can open a session.");
    public static Refusal PrincipalNotAllowed { get; } = new(403, "principal_not_allowed", "The agent may not act for this person.");
    public static Refusal RunnerRequired { get; } = new(403, "runner_required", "This agent may only run under the runner.");
    public static Refusal Forbidden(string detail) => new(403, "forbidden", detail);
    public static Refusal NotTheirDirection { get; } = Forbidden("Only the person whom the agent named may say whether they directed this.");
    public static Refusal SecondPersonRequired { get; } = new(403, "second_person_required", "You are the person this agent acts for, or are said to have directed it: somebody else has to approve.");
    public static Refusal NotAReviewer { get; } = new(403, "not_a_reviewer", "None of your roles or groups is asked for here.");
    public static Refusal WrongGroup { get; } = new(403, "wrong_group", "A group that you are not in has to approve this.");
    public static Refusal TokenMayNotDecide { get; } = new(403, "token_may_not_decide", "This personal token may not do that; it was made with a smaller right to decide.");
    public static Refusal NotFound { get; } = new(404, "not_found", "There is no such thing here, or you may not know of it.");
    public static Refusal NotPending(string detail) => new(409, "not_pending", detail);
    public static Refusal ActionExpired { get; } = new(409, "action_expired", "The time has passed; nothing was decided or released.");
    public static Refusal ActionStopped { get; } = new(409, "action_stopped", "The action was stopped.");
    public static Refusal AlreadyDecided { get; } = new(409, "already_decided", "Your decision of the same kind stands already.");
    public static Refusal LimitReached(string detail) => new(409, "limit_reached", detail);
    public static Refusal AlreadyRedeemed { get; } = new(409, "already_redeemed", "The action was redeemed already; it is executed at most once.");
    public static Refusal NotReleased(string detail) => new(409, "not_released", detail);
    public static Refusal NotExecuting { get; } = new(409, "not_executing", "The action is not being executed, or its result is known already.");
    public static Refusal PayloadChanged { get; } = new(409, "payload_changed", "The payload is not the one you saw; look again. Nothing was decided.");
    public static Refusal EditRefused(string detail) => new(409, "edit_refused", detail);
    public static Refusal PolicyChanged { get; } = new(409, "policy_changed", "The policy was changed since you read it; nothing was saved.");
    public static Refusal StaleVersion { get; } = new(409, "stale_version", "The list was changed since you read it; nothing was saved.");
    public static Refusal NoRunner(string detail) => new(409, "no_runner", detail);
    public static Refusal NameTaken(string detail) => new(409, "name_taken", detail);

    public static Refusal InstructionsStale(StandingInstructions now) =>
        new(409, "instructions_stale", "Acknowledge the standing instructions as they are now: send their digest.") { Instructions = now };

    public static Refusal IdempotencyConflict { get; } = new(422, "idempotency_conflict", "This idempotency key was used with another body.");

    public static Refusal TooManyRequests(string detail, int retryAfterSeconds) =>
        new(429, "too_many_requests", detail) { RetryAfterSeconds = retryAfterSeconds };

    public static Refusal TooManyPending(int limit) =>
        new(429, "too_many_pending", $"{limit} actions of this agent are waiting already.") { RetryAfterSeconds = 10 };

    public static Refusal NotPermitted(string detail) => new(403, "not_permitted", detail);
    public static Refusal ActionDenied { get; } = new(403, "action_denied", "The action was denied: nothing was sent.");
    public static Refusal UnreachableTarget(string detail) => new(502, "unreachable_target", detail);

    public static Refusal Internal { get; } = new(500, "internal_error", "Something went wrong on our side; nothing was done.");
    public static Refusal Busy { get; } = new(503, "busy", "Too much is waiting to be written; nothing was done.") { RetryAfterSeconds = 1 };
    public static Refusal Unavailable { get; } = new(503, "unavailable", "The database can't be reached; nothing was done.") { RetryAfterSeconds = 2 };
}
