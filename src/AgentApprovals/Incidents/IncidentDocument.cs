using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Stops;

namespace AgentApprovals.Incidents;

/// <summary>What became of an action that a stop cut off, or that came before it.</summary>
public enum Fate
{
    /// <summary>It was executed, and its agent said that it succeeded.</summary>
    Executed,

    /// <summary>It was redeemed, and nobody knows how it went: it may have happened.</summary>
    MayHaveHappened,

    /// <summary>It was redeemed, and failed.</summary>
    Failed,

    /// <summary>It was released and never redeemed: its permit is gone, it did not happen.</summary>
    Revoked,

    /// <summary>It never was released: denied, expired, withdrawn or cut off.</summary>
    DidNotHappen,
}

/// <param name="Title">The catalogue's words for the type; the type where it has none.</param>
/// <param name="ApprovedBy">Nobody: a rule released it.</param>
/// <param name="Compensation">How to undo it, in the catalogue's words; null where there is nothing to undo, or nobody said how.</param>
public sealed record IncidentAction(
    ActionId Id, SessionId SessionId, string Type, string Title, string Resource, string PayloadDigest, ActionStatus Status, Fate Fate, RiskLevel Risk,
    Directed Directed, Moment SubmittedAt, Moment? ReleasedAt, Moment? EndedAt, IReadOnlyList<string> ApprovedBy, string? Rule, Outcome? Outcome, string? Compensation);

/// <summary>What a target system saw the agent do and no permit covers: it did happen.</summary>
/// <param name="ExternalId">What the target system calls it.</param>
/// <param name="ObservedAt">By the target's clock.</param>
/// <param name="ReportedBy">Who told of it.</param>
/// <param name="Compensation">How to undo it, in the catalogue's words; null where nobody said how.</param>
public sealed record IncidentBypass(
    ObservationId Id, AgentRef Agent, string Type, string Title, string Resource, string ExternalId, Moment ObservedAt, Moment ReportedAt, string ReportedBy, string? Compensation);

public sealed record IncidentSession(SessionId Id, AgentRef Agent, string OnBehalfOf, Moment StartedAt, Moment? EndedAt);

/// <param name="Sequence">Where it stands in the ledger.</param>
public sealed record IncidentEntry(long Sequence, Moment At, string Kind, string Actor, ActionId? ActionId, SessionId? SessionId, string Hash);

/// <summary>A stop and what led to it, in one file.</summary>
/// <param name="FirstRequestAt">The first thing that the stopped sessions asked for.</param>
/// <param name="ContainedAt">When the last layer that exists had confirmed; null while one has not.</param>
/// <param name="SecondsToContainment">From the one to the other.</param>
/// <param name="Bypasses">What its agents were seen to do beside all of it, from the first of the sessions until the stop; a target may have told of it a little later.</param>
/// <param name="IsPartial">There was more than one file takes; what is left out is in the ledger.</param>
public sealed record IncidentDocument(
    StopDocument Stop, Moment? FirstRequestAt, Moment? ContainedAt, long? SecondsToContainment, IReadOnlyDictionary<Fate, int> Counts,
    IReadOnlyList<IncidentSession> Sessions, IReadOnlyList<IncidentAction> Actions, IReadOnlyList<IncidentBypass> Bypasses, IReadOnlyList<IncidentEntry> Timeline, bool IsPartial);

/// <param name="Value">ES256, base64url, over the RFC 8785 form of the incident.</param>
public sealed record SignatureDocument(string Alg, string KeyId, string Value);

public sealed record SignedIncident(IncidentDocument Incident, SignatureDocument Signature);
