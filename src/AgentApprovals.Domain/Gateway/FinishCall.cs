using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Gateway;

/// <summary>A target's answer in the form that is kept, and its status.</summary>
public sealed record CallAnswer(int Status, ReadOnlyMemory<byte> Kept);

/// <summary>
/// The process that sent an action's request says what became of it. Where a clock, an end or a stop was first, that stays: what is
/// unknown on the record is settled by people.
/// </summary>
/// <param name="Answer">Null where there was none.</param>
public sealed record FinishCall(ActionId Id, string Node, Outcome Outcome, string? Detail, CallAnswer? Answer) : Command<ActionReply>, ICommand
{
    int ICommand.Size => (Answer?.Kept.Length ?? 0) + 512;

    public override void Need(Needs needs) => needs.Actions.Add(Id.Value);

    public override Result<ActionReply> Decide(World world)
    {
        if (world.Actions.Find(Id.Value) is not { } action)
            return Refusals.NotFound;
        action = world.Settle(action);
        if (action.Status != ActionStatus.Executing || action.Call?.Node != Node)
            return ActionReply.Of(world, action);
        var succeeded = Outcome == Outcome.Succeeded;
        action = world.Append(world.Actions, succeeded ? Kinds.ActionCompleted : Kinds.ActionFailed, ActorStamp.System("gateway"), world.SubjectOf(action), action with
        {
            Status = succeeded ? ActionStatus.Completed : ActionStatus.Failed,
            Outcome = Outcome,
            OutcomeDetail = Detail,
            EndedAt = world.Now,
            Call = action.Call with
            {
                AnswerSequence = Answer is null ? null : world.NextSequence,
                AnswerDigest = Answer is null ? null : CanonicalJson.Digest(Answer.Kept.Span),
                AnswerStatus = Answer?.Status,
            },
        });
        if (Answer is not null)
            world.Attach(ContentPart.Answer, Answer.Kept);
        return ActionReply.Of(world, action);
    }
}

/// <summary>What a process that is gone had begun to send: whether it arrived, nobody knows.</summary>
public sealed record AbandonCall(ActionId Id, string Node) : Command<Done>
{
    public override void Need(Needs needs) => needs.Actions.Add(Id.Value);

    public override Result<Done> Decide(World world)
    {
        if (world.Actions.Find(Id.Value) is { } found && world.Settle(found) is { Status: ActionStatus.Executing } action && action.Call?.Node == Node)
        {
            world.Append(world.Actions, Kinds.ActionFailed, ActorStamp.System("gateway"), world.SubjectOf(action), action with
            {
                Status = ActionStatus.Failed,
                Outcome = Outcome.Unknown,
                OutcomeDetail = "The process that sent it has ended meanwhile.",
                EndedAt = world.Now,
            });
        }

        return default(Done);
    }
}
