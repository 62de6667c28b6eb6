using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>What people say to an action.</summary>
public static class DecisionEndpoints
{
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

    private static Task<IResult> DecideAsync(Guid id, Api api, ActionDocuments documents) => api.WithBodyAsync(
        body =>
        {
            var answer = body.Choice<Answer>("verdict", required: true);
            var comment = body.Text("comment", 2000, required: answer == Answer.Deny);
            var digest = body.Text("payloadDigest", 100, required: answer == Answer.Approve);
            if (answer == Answer.Deny && body.Has("payload"))
                body.Fault("payload", "Only an approval takes an edit.");
            var edit = answer == Answer.Approve && body.Has("payload") ? PreparedPayload.Of(body.Any("payload")!.Value) : null;
            Command<ActionReply> command = answer == Answer.Deny
                ? new Deny(api.Actor, new(id), comment ?? "")
                : new Approve(api.Actor, new(id), digest ?? "", comment, edit);
            return command;
        },
        command => api.CommitAsync(command, async r => Api.Ok(await documents.OfAsync(r, forAgent: false))),
        () => MayDecideAsync(api, id),
        nulAllowedIn: "payload");

    private static Task<IResult> DirectAsync(Guid id, Api api, ActionDocuments documents) => api.WithBodyAsync(
        body =>
        {
            if (!body.Has("confirmed"))
                body.Fault("confirmed", "It is required.");
            return body.Flag("confirmed");
        },
        confirmed => api.CommitAsync(new ConfirmDirection(api.Actor, new(id), confirmed), async r => Api.Ok(await documents.OfAsync(r, forAgent: false))),
        async () => await SeenAsync(api, id) is { Refusal: { } refusal } ? refusal : null);

    private static async Task<Refusal?> MayDecideAsync(Api api, Guid id)
    {
        var seen = await SeenAsync(api, id);
        if (seen.Refusal is { } refusal)
            return refusal;
        var (action, session, agent) = seen.Value!;
        var person = api.Person;
        var approver = person.AsApprover();
        return Approvals.CouldFill(action.Verdict.Requires, approver) || person.Has(Caller.Deniers) || person.Owns(session, agent)
            ? null
            : Refusals.NotAReviewer;
    }

    private static async Task<Result<Data.Queries.ActionView>> SeenAsync(Api api, Guid id) =>
        await api.Reader.ActionAsync(new(id)) is { } view && api.Person.MaySee(view.Action, view.Session, view.Agent) ? view : Refusals.NotFound;
}
