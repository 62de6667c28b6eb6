using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>The agent says how the execution went. Its word settles the status and nothing else.</summary>
public sealed record ReportResult(Actor Actor, ActionId Id, Outcome Outcome, string? Detail) : Command<ActionReply>, ICommand
{
    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs) => needs.NeedOwn(Actor, Id);

    public override Result<ActionReply> Decide(World world)
    {
        var found = OwnAction.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (action, _, agent) = found.Value!;
        if (action.Status is ActionStatus.Completed or ActionStatus.Failed && action.Outcome == Outcome && action.OutcomeDetail == Detail)
            return ActionReply.Of(world, action, replayed: true);
        // Of what the gateway sends, it knows the result itself.
        if (action.Status != ActionStatus.Executing || action.Call is not null)
            return Refusals.NotExecuting;
        var succeeded = Outcome == Outcome.Succeeded;
        action = world.Append(world.Actions, succeeded ? Kinds.ActionCompleted : Kinds.ActionFailed, SessionGate.StampOf(agent), world.SubjectOf(action), action with
        {
            Status = succeeded ? ActionStatus.Completed : ActionStatus.Failed,
            Outcome = Outcome,
            OutcomeDetail = Detail,
            EndedAt = world.Now,
        });
        return ActionReply.Of(world, action);
    }
}
