namespace AgentApprovals.Domain.Ledger;

/// <summary>The kinds of entries; those that agents and webhooks hear of are named in the API's contract.</summary>
public static class Kinds
{
    public const string LedgerOpened = "ledger.opened";
    public const string LedgerCheckpoint = "ledger.checkpoint";
    public const string ClockAccepted = "clock.accepted";

    public const string ActionSubmitted = "action.submitted";
    public const string ActionApproval = "action.approval";
    public const string ActionApprovalTakenBack = "action.approval_taken_back";
    public const string ActionApproved = "action.approved";
    public const string ActionReleased = "action.released";
    public const string ActionDenied = "action.denied";
    public const string ActionExpired = "action.expired";
    public const string ActionCancelled = "action.cancelled";
    public const string ActionStopped = "action.stopped";
    public const string ActionExecuting = "action.executing";
    public const string ActionCompleted = "action.completed";
    public const string ActionFailed = "action.failed";
    public const string ActionEdited = "action.edited";
    public const string ActionDirected = "action.directed";
    public const string ActionDisowned = "action.disowned";
    public const string ActionMessage = "action.message";
    public const string ActionExtended = "action.extended";
    public const string ActionViewed = "action.viewed";
    public const string ActionRefused = "action.refused";
    public const string ActionPurged = "action.purged";

    /// <summary>The agent was told what came of its call of a tool.</summary>
    public const string ActionTaken = "action.taken";

    /// <summary>A target system took the permit as used.</summary>
    public const string PermitConsumed = "permit.consumed";

    /// <summary>A target system saw an agent do what a redeemed action covers; and that action, which covers nothing else.</summary>
    public const string ObservationCovered = "observation.covered";
    public const string ActionObserved = "action.observed";

    /// <summary>An agent was seen to do what no redeemed action covers.</summary>
    public const string AgentBypassed = "agent.bypassed";

    public const string BurstOpened = "burst.opened";

    /// <summary>An action that waited already was gathered into a burst; those that come later say so with their submission.</summary>
    public const string BurstJoined = "burst.joined";
    public const string BurstDenied = "burst.denied";
    public const string BurstSettled = "burst.settled";

    public const string SessionStarted = "session.started";
    public const string SessionRenewed = "session.renewed";
    public const string SessionCompacted = "session.compacted";
    public const string SessionRepeated = "session.repeated";
    public const string SessionEnded = "session.ended";
    public const string SessionExpired = "session.expired";
    public const string SessionStopped = "session.stopped";
    public const string SessionPaused = "session.paused";
    public const string SessionContinued = "session.continued";

    /// <summary>What a runner said of its process tree's end.</summary>
    public const string RunnerReported = "session.runner_reported";

    /// <summary>The runner was not heard for one lease; renewals themselves are not entries.</summary>
    public const string RunnerLost = "session.runner_lost";
    public const string RunnerReturned = "session.runner_returned";

    /// <summary>Two hold the runner's token.</summary>
    public const string RunnerContested = "session.runner_contested";

    /// <summary>The order of a stop of one session; <see cref="SessionStopped"/> writes down what it did to each.</summary>
    public const string StopOrdered = "stop.ordered";
    public const string StopExplained = "stop.explained";
    public const string StopLayer = "stop.layer";
    public const string StopSettled = "stop.settled";
    public const string AgentStopped = "agent.stopped";
    public const string AgentResumed = "agent.resumed";
    public const string EverythingStopped = "everything.stopped";
    public const string EverythingResumed = "everything.resumed";

    public const string AgentRegistered = "agent.registered";
    public const string AgentChanged = "agent.changed";
    public const string AgentRetired = "agent.retired";
    public const string AgentKeyMade = "agent.key_made";
    public const string AgentKeyDeleted = "agent.key_deleted";
    public const string AgentPermissionsChanged = "agent.permissions_changed";

    public const string InstructionsChanged = "instructions.changed";
    public const string PolicyChanged = "policy.changed";
    public const string CatalogueChanged = "catalogue.changed";

    public const string PersonCreated = "person.created";
    public const string PersonChanged = "person.changed";
    public const string PersonTokenMade = "person.token_made";
    public const string PersonTokenDeleted = "person.token_deleted";
    public const string PersonSetupLinkMade = "person.setup_link_made";
    public const string PersonSetupLinkUsed = "person.setup_link_used";

    public const string WebhookRegistered = "webhook.registered";
    public const string WebhookDeleted = "webhook.deleted";
    public const string WebhookSecretRotated = "webhook.secret_rotated";

    /// <summary>A person wants to see that an endpoint hears; told to that endpoint alone.</summary>
    public const string WebhookTest = "webhook.test";

    /// <summary>The endpoint answered 410, and is told nothing any more until a test or a redelivery reaches it.</summary>
    public const string WebhookSwitchedOff = "webhook.switched_off";
    public const string WebhookSwitchedOn = "webhook.switched_on";

    /// <summary>A delivery was given up after its last attempt; once, until the endpoint answers again.</summary>
    public const string WebhookFailing = "webhook.failing";
    public const string WebhookRecovered = "webhook.recovered";

    public const string ConnectorCreated = "connector.created";
    public const string ConnectorReplaced = "connector.replaced";
    public const string ConnectorDeleted = "connector.deleted";

    /// <summary>A session's request to a target was let through by no rule.</summary>
    public const string GatewayRefused = "gateway.refused";
}
