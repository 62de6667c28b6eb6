using System.Text.Json;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Actions;

/// <summary>Fills the documents of actions from what the domain has; what they look like is the client's.</summary>
internal static class ActionFilling
{
    extension(PersonRef)
    {
        public static PersonRef Of(PersonId? id, string name) => new(name, id?.Value);
    }

    extension(AgentRef)
    {
        public static AgentRef Of(AgentState agent) => new(agent.Id.Value, agent.Name);
    }

    extension(RiskDocument)
    {
        public static RiskDocument Of(RiskAssessment risk) =>
            new(risk.Score, (Client.RiskLevel)risk.Level, [.. risk.Factors.Select(f => new Client.RiskFactor(f.Name, f.Points, f.Why))]);
    }

    extension(ActionDocument)
    {
        /// <param name="forAgent">Agents see names of people only.</param>
        public static ActionDocument Of(ActionView view, byte[]? payload, string? reason, bool forAgent)
        {
            ArgumentNullException.ThrowIfNull(view);
            var (action, session, agent) = view;
            PersonRef Ref(PersonId id, string name) => new(name, forAgent ? null : id.Value);
            return new()
            {
                Id = action.Id.Value,
                Status = (Client.ActionStatus)action.Status,
                Type = action.Type,
                Resource = action.Resource,
                Summary = action.Summary,
                Reason = reason,
                Payload = payload is null ? null : ParsePayload(payload),
                Purged = payload is null,
                PayloadDigest = action.PayloadDigest,
                DirectedBy = action.DirectedBy,
                Directed = (Client.Directed)action.Directed,
                Agent = AgentRef.Of(agent),
                SessionId = session.Id.Value,
                OnBehalfOf = session.OnBehalfOf,
                SubmittedAt = action.SubmittedAt.ToDateTimeOffset(),
                ConfirmationEndsAt = action.ConfirmationEndsAt.ToDateTimeOffset(),
                ReleaseAt = action.ReleaseAt?.ToDateTimeOffset(),
                ExpiresAt = action.ExpiresAt.ToDateTimeOffset(),
                PermitExpiresAt = action.PermitExpiresAt?.ToDateTimeOffset(),
                Mode = (Client.RuleMode)action.Verdict.Mode,
                Requires = [.. action.Verdict.Requires.Alternatives.Select(parts => parts.Select(p => new Client.RequiredPart(p.From, p.Count)).ToArray())],
                Approvals = [.. action.Approvals.Select(a => new ApprovalDocument(Ref(a.Person, a.Name), a.At.ToDateTimeOffset(), a.Comment, forAgent ? null : a.Via))],
                Decision = action.Denial is { } denial
                    ? new("deny", denial.Code, denial.Person is { } by ? Ref(by, denial.Name ?? "") : null, denial.At.ToDateTimeOffset(), denial.Comment, forAgent ? null : denial.Via)
                    : null,
                Risk = RiskDocument.Of(action.Risk),
                Policy = new(action.Verdict.PolicyVersion, action.Verdict.RuleName),
                BurstId = action.Burst?.Value,
                Edited = action.Edited,
                Outcome = (Client.Outcome?)action.Outcome,
                OutcomeDetail = action.OutcomeDetail,
                MessageCount = action.Conversation?.Count ?? 0,
                Extensions = action.Extension?.Times ?? 0,
            };
        }
    }

    private static JsonElement ParsePayload(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload, new() { MaxDepth = 64 });
        return document.RootElement.Clone();
    }
}
