using System.Text.Json;
using System.Text.Json.Serialization;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Actions;

/// <summary>A person in an answer; agents see the name only.</summary>
public sealed record PersonRef([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersonId? Id, string Name);

/// <summary>An agent in an answer.</summary>
public sealed record AgentRef(AgentId Id, string Name);

public sealed record ApprovalDocument(PersonRef By, Moment At, string? Comment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Via);

public sealed record DecisionDocument(string Verdict, string Code, PersonRef? By, Moment At, string? Comment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Via);

public sealed record RiskDocument(int Score, RiskLevel Level, IReadOnlyList<RiskFactor> Factors)
{
    public static RiskDocument Of(RiskAssessment risk)
    {
        ArgumentNullException.ThrowIfNull(risk);
        return new(risk.Score, risk.Level, risk.Factors);
    }
}

public sealed record PolicyRef(int Version, string? Rule);

/// <summary>An action as the API shows it, as it stands at the moment of the answer.</summary>
public sealed record ActionDocument
{
    public required ActionId Id { get; init; }
    public required ActionStatus Status { get; init; }
    public required string Type { get; init; }
    public required string Resource { get; init; }
    public required string Summary { get; init; }
    public string? Reason { get; init; }
    public JsonElement? Payload { get; init; }

    /// <summary>The payload was purged; its digest remains.</summary>
    public bool Purged { get; init; }
    public required string PayloadDigest { get; init; }
    public string? DirectedBy { get; init; }
    public required Directed Directed { get; init; }
    public required AgentRef Agent { get; init; }
    public required SessionId SessionId { get; init; }
    public required string OnBehalfOf { get; init; }
    public required Moment SubmittedAt { get; init; }
    public required Moment ConfirmationEndsAt { get; init; }
    public Moment? ReleaseAt { get; init; }
    public required Moment ExpiresAt { get; init; }
    public Moment? PermitExpiresAt { get; init; }
    public required RuleMode Mode { get; init; }
    public required Requirement Requires { get; init; }
    public required IReadOnlyList<ApprovalDocument> Approvals { get; init; }
    public DecisionDocument? Decision { get; init; }
    public required RiskDocument Risk { get; init; }
    public required PolicyRef Policy { get; init; }
    public BurstId? BurstId { get; init; }
    public bool Edited { get; init; }
    public Outcome? Outcome { get; init; }
    public string? OutcomeDetail { get; init; }

    /// <summary>How many messages there are about it.</summary>
    public int MessageCount { get; init; }

    /// <summary>How often people gave more time to decide it.</summary>
    public int Extensions { get; init; }

    /// <param name="forAgent">Agents see names of people only.</param>
    public static ActionDocument Of(ActionView view, byte[]? payload, string? reason, bool forAgent)
    {
        ArgumentNullException.ThrowIfNull(view);
        var (action, session, agent) = view;
        PersonRef Ref(PersonId id, string name) => new(forAgent ? null : id, name);
        return new()
        {
            Id = action.Id,
            Status = action.Status,
            Type = action.Type,
            Resource = action.Resource,
            Summary = action.Summary,
            Reason = reason,
            Payload = payload is null ? null : ParsePayload(payload),
            Purged = payload is null,
            PayloadDigest = action.PayloadDigest,
            DirectedBy = action.DirectedBy,
            Directed = action.Directed,
            Agent = new(agent.Id, agent.Name),
            SessionId = session.Id,
            OnBehalfOf = session.OnBehalfOf,
            SubmittedAt = action.SubmittedAt,
            ConfirmationEndsAt = action.ConfirmationEndsAt,
            ReleaseAt = action.ReleaseAt,
            ExpiresAt = action.ExpiresAt,
            PermitExpiresAt = action.PermitExpiresAt,
            Mode = action.Verdict.Mode,
            Requires = action.Verdict.Requires,
            Approvals = [.. action.Approvals.Select(a => new ApprovalDocument(Ref(a.Person, a.Name), a.At, a.Comment, forAgent ? null : a.Via))],
            Decision = action.Denial is { } denial
                ? new("deny", denial.Code, denial.Person is { } by ? Ref(by, denial.Name ?? "") : null, denial.At, denial.Comment, forAgent ? null : denial.Via)
                : null,
            Risk = RiskDocument.Of(action.Risk),
            Policy = new(action.Verdict.PolicyVersion, action.Verdict.RuleName),
            BurstId = action.Burst,
            Edited = action.Edited,
            Outcome = action.Outcome,
            OutcomeDetail = action.OutcomeDetail,
            MessageCount = action.Conversation?.Count ?? 0,
            Extensions = action.Extension?.Times ?? 0,
        };
    }

    private static JsonElement ParsePayload(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload, new() { MaxDepth = 64 });
        return document.RootElement.Clone();
    }
}
