using System.Text;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>An agent asks. Nothing happens by asking: the action is held until its fate is settled.</summary>
public sealed record Submit : Command<ActionReply>, ICommand
{
    /// <summary>What a session may ask for in a minute beyond its permissions, and have it recorded.</summary>
    private const int MostBeyond = 10;

    public required Actor Actor { get; init; }
    public required string Type { get; init; }
    public required string Resource { get; init; }
    public required string Summary { get; init; }
    public string? Reason { get; init; }
    public required PreparedPayload Payload { get; init; }
    public string? DirectedBy { get; init; }
    public string? InstructionsDigest { get; init; }
    public IdempotencyKey? Key { get; init; }

    /// <summary>Where the gateway would send the payload, and the connector's version whose rule said so; null: the agent executes it itself.</summary>
    public (GatewayCall Call, int Version)? Through { get; init; }

    /// <summary>Only say what would happen.</summary>
    public bool DryRun { get; init; }

    bool ICommand.IsRehearsal => DryRun;

    long? ICommand.Sender => Actor.Sender();

    int ICommand.Size => Payload.Canonical.Length + 1024;

    public override void Need(Needs needs)
    {
        if (Actor is SessionActor { Session: var session })
        {
            needs.Sessions.Add(session.Value);
            needs.Resources.Add((session.Value, PreparedPayload.ResourceHash(Resource)));
            needs.Likes.Add((session.Value, Type));
        }

        if (Key is not null)
            needs.IdempotencyKeys.Add(Key.Hash);
    }

    public override Result<ActionReply> Decide(World world)
    {
        var entered = SessionGate.Enter(world, Actor);
        if (entered.Refusal is { } refusal)
            return refusal;
        var session = entered.Value!;
        var agent = world.Agents.Get(session.AgentSequence);
        var desk = world.Desks.Get(agent.Sequence);
        if (Payload.FaultsBy(world.CurrentCatalogue().Find(Type)) is { } faults)
            return Refusals.Invalid(faults);
        if (Key is not null && world.Actions.Find(Key.Hash) is { } earlier)
            return earlier.IdempotencyBody == Key.BodyHash ? ActionReply.Of(world, world.Settle(earlier), replayed: true) : Refusals.IdempotencyConflict;
        if (Through is { } through && world.Connectors.Find(through.Call.Connector)?.Version != through.Version)
            return Refusals.StaleVersion;
        if (OverLimit(world, agent, desk) is { } limit)
            return limit;
        var standing = Instructions.Of(world, agent);
        if (agent.RequiresInstructionsDigest && InstructionsDigest != standing.Digest)
            return Stale(world, session, agent, standing);
        var (permission, over) = Permitted(agent, desk, world.Now);
        if (over is not null)
            return over;
        if (permission is null && desk.BeyondInLastMinute(session.Sequence, world.Now) >= MostBeyond)
        {
            return Refusals.TooManyRequests("The agent keeps asking for what it is not permitted; nothing was recorded.",
                desk.RoomBeyondAfter(session.Sequence, MostBeyond, world.Now));
        }

        var directed = string.IsNullOrWhiteSpace(DirectedBy) ? Directed.None : Directed.Claimed;
        var resource = PreparedPayload.ResourceHash(Resource);
        var (risk, verdict) = new Judging(world, session, agent, desk, Type, Resource, Summary).Judge(Payload, directed, !desk.KnowsResource(resource));
        var repeatKey = PreparedPayload.RepeatKey(Type, Resource, Payload.Digest);
        var isRepeat = permission is not null && desk.Remembers(repeatKey, world.Now);
        var burst = Gathering.Gather(world, agent, desk, Type, verdict.Burst);
        var action = Held(new()
        {
            Id = new(world.NewId()),
            AgentSequence = agent.Sequence,
            SessionSequence = session.Sequence,
            Type = Type,
            Resource = Resource,
            Summary = Summary,
            ReasonDigest = Reason is null ? null : CanonicalJson.Digest(Encoding.UTF8.GetBytes(Reason)),
            PayloadDigest = Payload.Digest,
            PayloadBytes = Payload.Canonical.Length,
            SubmittedDigest = Payload.Digest,
            DirectedBy = directed == Directed.None ? null : DirectedBy!.Trim(),
            Directed = directed,
            Status = ActionStatus.Pending,
            SubmittedAt = world.Now,
            ConfirmationEndsAt = world.Now.PlusSeconds(verdict.ConfirmationWindowSeconds),
            ExpiresAt = world.Now.PlusSeconds(verdict.ExpiresAfterSeconds),
            Verdict = burst is null ? verdict : Gathering.Held(verdict),
            Risk = risk,
            Approvals = [],
            BurstSequence = burst?.Sequence,
            Burst = burst?.Id,
            PermissionKey = permission?.Key,
            RepeatKey = repeatKey,
            ResourceHash = resource,
            IdempotencyKey = Key?.Hash,
            IdempotencyBody = Key?.BodyHash,
            Call = Through?.Call,
        });
        var denial = Denied(world, action, burst, isRepeat);
        action = world.Append(world.Actions, Kinds.ActionSubmitted, SessionGate.StampOf(agent), world.SubjectOf(action), action);
        world.Attach(ContentPart.Payload, Payload.Canonical);
        if (Reason is not null)
            world.Attach(ContentPart.Reason, Encoding.UTF8.GetBytes(Reason));
        action = denial is null ? world.Settle(action) : Denying.Deny(world, action, denial, denial.Person is null ? ActorStamp.System("policy") : DenyBurst.StampOf(denial));
        if (isRepeat)
            Repeats.Note(world, session);
        return ActionReply.Of(world, action);
    }

    private static Refusal? OverLimit(World world, AgentState agent, Desk desk)
    {
        var now = world.Now;
        if (desk.InLastMinute(now) >= agent.Limits.MaxActionsPerMinute)
        {
            return Refusals.TooManyRequests($"The agent may submit {agent.Limits.MaxActionsPerMinute} actions a minute; nothing was recorded.",
                desk.RoomAfter(agent.Limits.MaxActionsPerMinute, now));
        }

        return desk.Pending(now, s => world.Sessions.Find(s) is { } session && world.FateOf(session).IsActive) >= agent.Limits.MaxPending
            ? Refusals.TooManyPending(agent.Limits.MaxPending)
            : null;
    }

    private Refusal Stale(World world, SessionState session, AgentState agent, StandingInstructions standing)
    {
        // A rehearsal leaves no entry, so it may not use up the room for one.
        if (DryRun)
            return Refusals.InstructionsStale(standing);
        var (write, withheld) = world.Refused.Note(session, world.Now);
        if (write)
        {
            world.Append(Kinds.ActionRefused, SessionGate.StampOf(agent), SessionGate.SubjectOf(world, session),
                new() { ["code"] = "instructions_stale", ["attempt"] = "submit", ["withheld"] = withheld });
        }

        return Refusals.InstructionsStale(standing);
    }

    /// <summary>The first permission that covers it and has room; a refusal where all that cover it are used up.</summary>
    private (Permission? Permission, Refusal? Over) Permitted(AgentState agent, Desk desk, Moment now)
    {
        Refusal? over = null;
        foreach (var permission in agent.Permissions)
        {
            if (now >= permission.ExpiresAt || !Patterns.Matches(permission.Type, Type) || !Patterns.Matches(permission.Resource, Resource))
                continue;
            if (permission.MaxPerHour is not { } most || desk.InLastHour(permission.Key, now) < most)
                return (permission, null);
            over = Refusals.TooManyRequests($"The permission {permission.Key} allows {most} an hour; nothing was recorded.", desk.RoomAfter(permission.Key, most, now));
        }

        return (null, over);
    }

    /// <summary>What a rule lets pass waits for the end of its window only.</summary>
    private static ActionState Held(ActionState action) =>
        action.Mode is RuleMode.Allow or RuleMode.Veto ? Approving.HoldUntilWindowEnds(action) : action;

    /// <summary>A burst that somebody denied is denied on arrival, in that person's name, and a repeat in it counts as one all the same.</summary>
    private static Denial? Denied(World world, ActionState action, BurstState? burst, bool isRepeat)
    {
        if (action.PermissionKey is not null && DenyBurst.For(world, burst, action) is { } said)
            return said;
        var code = action.PermissionKey is null ? "not_permitted"
            : isRepeat ? "repeats_denied"
            : action.Verdict.Mode == RuleMode.Deny ? "denied_by_policy"
            : null;
        return code is null ? null : new(code, null, null, world.Now, null, null);
    }
}
