namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// Who asks for a change. The kinds are different types, not roles of one: an agent's credential can never become a person's.
/// What an actor may do is judged in the command, against the rows of the ledger, never from what the caller believed.
/// </summary>
public abstract record Actor;

/// <summary>A person, by cookie (<paramref name="Token"/> null) or by one of their personal tokens.</summary>
public sealed record PersonActor(PersonId Person, CredentialId? Token = null) : Actor;

/// <summary>An agent's run, by its session token.</summary>
/// <param name="AgentSequence">Whose turn it takes in the ledger's queue, where that is known; no rule reads it.</param>
public sealed record SessionActor(SessionId Session, long? AgentSequence = null) : Actor;

/// <summary>A session's runner, by its runner token: the runners' hub lets it in, and nothing else does.</summary>
public sealed record RunnerActor(SessionId Session) : Actor;

/// <summary>An agent key: opens and renews sessions, nothing else.</summary>
public sealed record KeyActor(CredentialId Key) : Actor;

/// <summary>The console itself: a clock, a limit, or its own set-up.</summary>
public sealed record SystemActor(string Part) : Actor;

/// <summary>How an actor stands in an entry: <c>person</c>, <c>agent</c> or <c>system</c>, the public id and the name then.</summary>
public sealed record ActorStamp(string Kind, string? Id, string Name)
{
    public static ActorStamp System(string part) => new("system", null, part);
}
