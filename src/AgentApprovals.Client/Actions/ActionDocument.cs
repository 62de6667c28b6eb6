using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentApprovals.Client;

/// <summary>A person in an answer; agents see the name only.</summary>
/// <param name="Name">Their display name.</param>
/// <param name="Id">Null where the reader is an agent.</param>
public sealed record PersonRef(string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Id = null);

/// <summary>An agent in an answer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its unique name.</param>
public sealed record AgentRef(Guid Id, string Name);

/// <summary>One person's yes.</summary>
/// <param name="By">Who said it.</param>
/// <param name="At">When it was said.</param>
/// <param name="Comment">In their words.</param>
/// <param name="Via">The personal token it was said with, for people; null for agents and where it was none.</param>
public sealed record ApprovalDocument(
    PersonRef By, DateTimeOffset At, string? Comment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Via = null);

/// <summary>Why an action was denied.</summary>
/// <param name="Verdict">Always <c>deny</c>: approvals stand in <see cref="ActionDocument.Approvals"/>.</param>
/// <param name="Code"><c>denied_by_person</c>, <c>denied_by_policy</c>, <c>not_permitted</c> or <c>repeats_denied</c>.</param>
/// <param name="By">Who said no; null where no person did.</param>
/// <param name="At">When it was said.</param>
/// <param name="Comment">In their words.</param>
/// <param name="Via">The personal token it was said with, for people; null for agents and where it was none.</param>
public sealed record DecisionDocument(
    string Verdict, string Code, PersonRef? By, DateTimeOffset At, string? Comment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Via = null);

/// <summary>One reason for a score.</summary>
/// <param name="Name">Stable.</param>
/// <param name="Points">They may be shown signed.</param>
/// <param name="Why">In words for a person.</param>
public sealed record RiskFactor(string Name, int Points, string Why);

/// <summary>How risky the console takes an action for.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Level">The score's band.</param>
/// <param name="Factors">What makes the score, the largest first.</param>
public sealed record RiskDocument(int Score, RiskLevel Level, IReadOnlyList<RiskFactor> Factors);

/// <summary>What judged an action: frozen at its submission.</summary>
/// <param name="Version">The policy's.</param>
/// <param name="Rule">The name of the rule that matched; null where none did and the built-in default applies.</param>
public sealed record PolicyRef(int Version, string? Rule);

/// <summary>So many people of one kind have to say yes.</summary>
/// <param name="From">A role, or <c>group:</c> and a name.</param>
/// <param name="Count">1 to 10.</param>
public sealed record RequiredPart(string From, int Count);

/// <summary>An action as the API shows it, as it stands at the moment of the answer.</summary>
public sealed record ActionDocument
{
    /// <summary>UUID version 7: ids sort by creation.</summary>
    public required Guid Id { get; init; }

    /// <summary>As it holds by the clock, whether or not anybody has written it down.</summary>
    public required ActionStatus Status { get; init; }

    /// <summary>What kind of thing it is, such as <c>forum.post</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it would be done to.</summary>
    public required string Resource { get; init; }

    /// <summary>In the agent's words.</summary>
    public required string Summary { get; init; }

    /// <summary>In the agent's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What would be executed; an approver may have edited it.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>The payload was purged; its digest remains.</summary>
    public bool Purged { get; init; }

    /// <summary><c>sha256:</c> and the lower-case hex SHA-256 of the payload in RFC 8785 form.</summary>
    public required string PayloadDigest { get; init; }

    /// <summary>E-mail of the person who is said to have told the agent to do this.</summary>
    public string? DirectedBy { get; init; }

    /// <summary>What that person says of it.</summary>
    public required Directed Directed { get; init; }

    /// <summary>Who asks.</summary>
    public required AgentRef Agent { get; init; }

    /// <summary>The run in which it was asked for.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>E-mail of the person for whom the agent acts.</summary>
    public required string OnBehalfOf { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Nothing is released before.</summary>
    public required DateTimeOffset ConfirmationEndsAt { get; init; }

    /// <summary>When it is released unless somebody denies it; null while approvals are missing.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>Ends deciding, nothing else.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Ends redeeming; null while it has no release time.</summary>
    public DateTimeOffset? PermitExpiresAt { get; init; }

    /// <summary>How it is handled.</summary>
    public required RuleMode Mode { get; init; }

    /// <summary>Alternatives, each a list of parts that must all be met. One person fills one part.</summary>
    public required IReadOnlyList<IReadOnlyList<RequiredPart>> Requires { get; init; }

    /// <summary>The yeses that stand.</summary>
    public required IReadOnlyList<ApprovalDocument> Approvals { get; init; }

    /// <summary>Null unless it was denied.</summary>
    public DecisionDocument? Decision { get; init; }

    /// <summary>How risky it is, and why.</summary>
    public required RiskDocument Risk { get; init; }

    /// <summary>What judged it.</summary>
    public required PolicyRef Policy { get; init; }

    /// <summary>The burst that it is a member of.</summary>
    public Guid? BurstId { get; init; }

    /// <summary>An approver changed the payload.</summary>
    public bool Edited { get; init; }

    /// <summary>Null until the execution has ended, one way or another.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>In the agent's words, or in those of the person who settled an unknown outcome.</summary>
    public string? OutcomeDetail { get; init; }

    /// <summary>How many messages there are about it.</summary>
    public int MessageCount { get; init; }

    /// <summary>How often people gave more time to decide it.</summary>
    public int Extensions { get; init; }
}

/// <summary>The answer to a redeem: the right to execute, once.</summary>
/// <param name="Action">The action, now executing.</param>
/// <param name="Permit">Proof for a target system; the same for a replayed redeem.</param>
/// <param name="Payload">What to execute; an approver may have edited it.</param>
public sealed record RedeemDocument(ActionDocument Action, string Permit, JsonElement? Payload)
{
    /// <summary>The payload to execute, as the agent's own type.</summary>
    /// <typeparam name="T">What was submitted, or what reads alike.</typeparam>
    /// <param name="options">Null: <see cref="JsonSerializerOptions.Web"/>.</param>
    public T? PayloadAs<T>(JsonSerializerOptions? options = null) => Payload is { } payload ? payload.Deserialize<T>(options ?? JsonSerializerOptions.Web) : default;
}

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The page's.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
public sealed record ListDocument<T>(IReadOnlyList<T> Items, string? NextCursor);
