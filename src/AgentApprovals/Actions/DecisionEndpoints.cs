using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Gateway;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>What people say to an action.</summary>
public static class DecisionEndpoints
{
    private const int MostText = 4000;

    private enum Answer
    {
        Approve,
        Deny,
    }

    public static void MapDecisions(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/actions/{id:guid}").WithTags("Deciding").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/decisions", DecideAsync).Accepts<DecisionRequest>("application/json").Produces<ActionDocument>()
            .WithSummary("Approve what you saw, with or without an edit, or deny it.");
        people.MapDelete("/decisions/mine", (Guid id, Api api, ActionDocuments documents) =>
            api.CommitAsync(new TakeBack(api.Actor, new(id)), async r => Api.Ok(await documents.OfAsync(r, forAgent: false))))
            .Produces<ActionDocument>().WithSummary("Take your approval back, until release.");
        people.MapPost("/direction", DirectAsync).Accepts<DirectionRequest>("application/json").Produces<ActionDocument>()
            .WithSummary("Say whether you directed this.");
    }

    private static Task<IResult> DecideAsync(Guid id, Api api, ActionDocuments documents, ToolEdits tools)
    {
        Answer? answer = null;
        return api.WithBodyAsync(
            body =>
            {
                answer = body.Choice<Answer>("verdict", required: true);
                var comment = body.Text("comment", MostText, required: answer == Answer.Deny);
                var digest = body.Text("payloadDigest", 100, required: answer == Answer.Approve);
                if (answer == Answer.Deny && body.Has("payload"))
                    body.Fault("payload", "Only an approval takes an edit.");
                var edit = answer == Answer.Approve && body.Has("payload") ? PreparedPayload.Of(body.Any("payload")!.Value) : null;
                Command<ActionReply> command = answer == Answer.Deny
                    ? new Deny(api.Actor, new(id), comment ?? "")
                    : new Approve(api.Actor, new(id), digest ?? "", comment, edit);
                return command;
            },
            async command => await api.CommitAsync(await CheckedAsync(command, tools, api.Context.RequestAborted), async r => Api.Ok(await documents.OfAsync(r, forAgent: false))),
            () => MayDecideAsync(api, id, answer),
            nulAllowedIn: "payload");
    }

    private static async Task<Command<ActionReply>> CheckedAsync(Command<ActionReply> command, ToolEdits tools, CancellationToken cancel) =>
        command is Approve { Edit: { } edit } approve ? approve with { ToolFault = await tools.FaultAsync(approve.Id, edit, cancel) } : command;

    private static Task<IResult> DirectAsync(Guid id, Api api, ActionDocuments documents) => api.WithBodyAsync(
        body =>
        {
            if (!body.Has("confirmed"))
                body.Fault("confirmed", "It is required.");
            return body.Flag("confirmed");
        },
        confirmed => api.CommitAsync(new ConfirmDirection(api.Actor, new(id), confirmed), async r => Api.Ok(await documents.OfAsync(r, forAgent: false))),
        async () => await SeenAsync(api, id) is not { } view
            ? Refusals.NotFound
            : view.Action.IsSaidToBeDirectedBy(api.Person) ? null : Refusals.NotTheirDirection);

    /// <summary>Why this person could not decide so, whatever the rest of the body says; null where they could.</summary>
    private static async Task<Refusal?> MayDecideAsync(Api api, Guid id, Answer? answer)
    {
        if (await SeenAsync(api, id) is not { } view)
            return Refusals.NotFound;
        var mayApprove = Approve.RoleRefusal(view.Action, api.Person);
        var mayDeny = Deny.RoleRefusal(view.Action, view.Session, view.Agent, api.Person);
        return answer switch
        {
            Answer.Approve => mayApprove,
            Answer.Deny => mayDeny,
            _ => mayApprove is null || mayDeny is null ? null : mayApprove,
        };
    }

    private static async Task<ActionView?> SeenAsync(Api api, Guid id) =>
        await api.Reader.ActionAsync(new(id)) is { } view && api.Person.MaySee(view.Action, view.Session, view.Agent) ? view : null;
}
