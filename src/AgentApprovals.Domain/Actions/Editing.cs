using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Domain.Actions;

/// <summary>
/// An approver changes what would run. Earlier approvals are void, and it is judged again, by the policy version of its
/// submission: the stricter outcome holds, for the editor as well. What is refused changes nothing.
/// </summary>
internal static class Editing
{
    /// <param name="toolFault">Why a tool does not take the edit, where the action is a call of one.</param>
    public static Result<ActionState> Edit(World world, SeenAction.Found found, PreparedPayload payload, string? toolFault)
    {
        var (by, action, session, agent) = found;
        if (action.Call is not null)
        {
            var rewritten = Rewritten(world.PayloadOf(action).Value, payload.Value, toolFault);
            if (rewritten.Refusal is { } other)
                return other;
            payload = rewritten.Value!;
            if (payload.Digest == action.PayloadDigest)
                return action;
        }

        if (payload.FaultsBy(world.CurrentCatalogue().Find(action.Type)) is { } faults)
            return Refusals.EditRefused($"The edited payload does not fit the type's schema; nothing was changed. {string.Join(' ', faults.Select(f => $"{f.Key}: {string.Join(' ', f.Value)}."))}");
        var judging = new Judging(world, session, agent, world.Desks.Get(agent.Sequence), action.Type, action.Resource, action.Summary);
        var (risk, verdict) = judging.JudgeAgain(action, payload, action.Directed);
        var stricter = Judgement.Stricter(action.Verdict, verdict);
        if (stricter.Mode == RuleMode.Deny)
            return Refusals.EditRefused("A rule denies the edited payload; nothing was changed.");
        var level = risk.Level > action.Risk.Level ? risk.Level : action.Risk.Level;
        stricter = stricter with { Requires = Approvals.RaiseForEdit(stricter.Requires, level) };
        if (!by.MayApprove(risk.Level))
            return Refusals.TokenMayNotDecide;
        if (stricter.SecondPerson && Deciding.IsInvolved(world, by.Person, action))
            return Deciding.RefuseAlone(world, by, action);
        // What people gave beyond the rule they gave to any rule, up to twice of that one's.
        var given = Math.Min(action.Extension?.Seconds ?? 0, stricter.ExpiresAfterSeconds);
        var expiresAt = Moment.Earlier(action.ExpiresAt, action.SubmittedAt.PlusSeconds(stricter.ExpiresAfterSeconds).PlusSeconds(given));
        if (expiresAt <= world.Now)
            return Refusals.EditRefused("By the rule for the edited payload its time to decide is over; nothing was changed.");
        var edited = action with
        {
            PayloadDigest = payload.Digest,
            PayloadBytes = payload.Canonical.Length,
            PayloadSequence = world.NextSequence,
            Edited = true,
            Approvals = [],
            Verdict = stricter,
            Risk = risk,
            ConfirmationEndsAt = Moment.Later(action.ConfirmationEndsAt, action.SubmittedAt.PlusSeconds(stricter.ConfirmationWindowSeconds)),
            ExpiresAt = expiresAt,
        };
        edited = world.Append(world.Actions, Kinds.ActionEdited, by.Stamp, world.SubjectOf(action), edited,
            new JsonObject { ["was"] = action.PayloadDigest, ["via"] = by.Via });
        world.Attach(ContentPart.Payload, payload.Canonical);
        world.Payloads[edited.PayloadSequence] = payload;
        return edited;
    }

    /// <summary>What the gateway would send or call after the edit.</summary>
    private static Result<PreparedPayload> Rewritten(JsonElement stored, JsonElement edit, string? toolFault)
    {
        if (StoredRequest.Of(stored) is { } request)
        {
            var edited = request.EditedBy(edit);
            return edited.Refusal is { } refused ? refused : edited.Value!.ToPayload();
        }

        if (StoredToolCall.Of(stored)?.EditedBy(edit) is not { } call)
            return Refusals.EditRefused("What is stored can't be read; nothing was changed.");
        if (call.Refusal is { } refusal)
            return refusal;
        return toolFault is null ? call.Value!.ToPayload() : Refusals.EditRefused($"{toolFault} Nothing was changed.");
    }
}
