using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Gateway;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using AgentApprovals.Policies;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>What an agent does with its actions.</summary>
public static partial class ActionEndpoints
{
    public static void MapActions(this RouteGroupBuilder api)
    {
        var agent = api.MapGroup("/actions").WithTags("Actions").RequireAuthorization(SecuritySetup.Sessions);
        agent.MapPost("/", SubmitAsync).AddEndpointFilter(Floods.WatchAsync).Accepts<SubmitRequest>("application/json").Produces<ActionDocument>(201)
            .WithSummary("Ask for an action. It is held until its fate is settled.");
        agent.MapDelete("/{id:guid}", (Guid id, Api api, ActionDocuments documents) =>
            api.CommitAsync(new Withdraw(api.Actor, new(id)), async r => Api.Ok(await documents.OfAsync(r, forAgent: true))))
            .Produces<ActionDocument>().WithSummary("Withdraw what waits.");
        agent.MapPost("/{id:guid}/redeem", RedeemAsync).Produces<RedeemDocument>().WithSummary("Take the right to execute a released action, once.");
        agent.MapPost("/{id:guid}/result", ResultAsync).Accepts<ResultRequest>("application/json").Produces<ActionDocument>()
            .WithSummary("Say how the execution went.");

        var both = api.MapGroup("/actions").WithTags("Actions").RequireAuthorization(SecuritySetup.SessionsAndPeople);
        both.MapGet("/", ActionLists.ListAsync).Produces<ListDocument<ActionDocument>>().WithSummary("Actions, newest first.");
        both.MapGet("/{id:guid}", ShowAsync).Produces<ActionDocument>().WithSummary("One action; with wait, a long-poll.");
    }

    private static async Task<IResult> SubmitAsync(Api api, ActionDocuments documents, PresentCatalogue catalogue)
    {
        var dryRun = api.Context.Request.Query["dryRun"].FirstOrDefault();
        if (dryRun is not (null or "" or "true" or "false"))
            return api.Refuse(Refusals.Invalid("dryRun", "true or false is expected."));
        return await api.WithBodyAsync(f => ReadSubmission(f, api.Actor, Idempotency.Of(api.Context.Request, f, $"{api.SessionId} submit", dryRun == "true"), dryRun == "true"), async asked =>
        {
            // Large payloads are held against their schema here, and not in the ledger's writer; it asks again only where the catalogue moved meanwhile.
            var command = asked with { Payload = asked.Payload.FittedTo((await catalogue.GetAsync()).Find(asked.Type)) };
            return await api.CommitAsync(command, reply => SubmittedAsync(api, documents, command, reply));
        }, nulAllowedIn: "payload");
    }

    private static async Task<IResult> SubmittedAsync(Api api, ActionDocuments documents, Submit command, ActionReply reply)
    {
        if (reply.Replayed)
            api.Context.Response.Headers["Idempotent-Replayed"] = "true";
        var document = command.DryRun || !reply.Replayed
            ? ActionDocument.Of(new(reply.Action, reply.Session, reply.Agent), command.Payload.Canonical.ToArray(), command.Reason, forAgent: true)
            : await documents.OfAsync(reply, forAgent: true);
        return command.DryRun ? Api.Ok(document) : api.Created($"/api/v1/actions/{document.Id}", document);
    }

    /// <summary>What is asked for, from the members of a request; faults gather in them.</summary>
    internal static Submit ReadSubmission(Fields body, Actor actor, IdempotencyKey? key, bool dryRun = false)
    {
        var type = body.RequiredText("type", 100);
        if (type.Length is > 0 and <= 100 && !TypeName().IsMatch(type))
            body.Fault("type", "Lower-case words joined by dots are expected, such as forum.post.");
        var directedBy = body.Text("directedBy", 254);
        if (directedBy is not null && !Email.IsPlausible(directedBy))
            body.Fault("directedBy", "An e-mail address is expected.");
        var payload = body.Any("payload");
        return new()
        {
            Actor = actor,
            Type = type,
            Resource = body.RequiredText("resource", 500),
            Summary = body.RequiredText("summary", 200),
            Reason = body.Text("reason", 4000),
            Payload = PreparedPayload.Of(payload ?? System.Text.Json.JsonElement.Parse("null")),
            DirectedBy = directedBy,
            InstructionsDigest = body.Text("instructionsDigest", 200),
            Key = key,
            DryRun = dryRun,
        };
    }

    private static async Task<IResult> RedeemAsync(Guid id, Api api, ActionDocuments documents, Permits permits, GatewayCalls calls) =>
        await api.WithBodyAsync(
            body => Idempotency.Of(api.Context.Request, body, $"{api.SessionId} redeem {id}"),
            key => api.CommitAsync(new Redeem(api.Actor, new(id), key) { Node = calls.Node }, async reply =>
            {
                if (reply.Replayed)
                    api.Context.Response.Headers["Idempotent-Replayed"] = "true";
                if (reply.Action.Call is not null)
                    return await SentAsync(api, documents, await calls.AnswerAsync(reply, api.Context.RequestAborted));
                var document = await documents.OfAsync(reply, forAgent: true);
                return Api.Ok(new RedeemDocument(document, permits.Of(reply.Action), document.Payload));
            }),
            () => OwnAsync(api, id));

    /// <summary>What the gateway executed: the target's answer takes the place of permit and payload.</summary>
    private static async Task<IResult> SentAsync(Api api, ActionDocuments documents, Result<CallResult> sent) => sent.Refusal is { } refusal
        ? api.Refuse(refusal)
        : Api.Ok(new SentDocument(await documents.OfAsync(sent.Value!.Reply, forAgent: true), sent.Value.Answer.ToDocument()));

    private static Task<IResult> ResultAsync(Guid id, Api api, ActionDocuments documents) => api.WithBodyAsync(
        body =>
        {
            var outcome = body.Choice<Outcome>("outcome", required: true);
            if (outcome == Outcome.Unknown)
                body.Fault("outcome", "succeeded or failed is expected.");
            return (Outcome: outcome ?? Outcome.Failed, Detail: body.Text("detail", 4000));
        },
        result => api.CommitAsync(new ReportResult(api.Actor, new(id), result.Outcome, result.Detail),
            async r => Api.Ok(await documents.OfAsync(r, forAgent: true))),
        () => OwnAsync(api, id));

    private static async Task<IResult> ShowAsync(Guid id, Api api, ActionDocuments documents, LongPoll longPoll)
    {
        var view = await api.Reader.ActionAsync(new(id));
        if (view is null || !(api.IsPerson ? api.Person.MaySee(view.Action, view.Session, view.Agent) : view.Session.Id == api.SessionId))
            return api.Refuse(Refusals.NotFound);
        var wait = Wait(api.Context.Request);
        if (wait.Refusal is { } refusal)
            return api.Refuse(refusal);
        if (wait.Value > 0 && !api.IsPerson)
        {
            var waited = await longPoll.WaitAsync(view, TimeSpan.FromSeconds(wait.Value), api.Context.RequestAborted);
            if (waited.Refusal is { } stopped)
                return api.Refuse(stopped);
            view = waited.Value!;
        }

        return Api.Ok(await documents.OfAsync(view, forAgent: !api.IsPerson));
    }

    /// <summary><c>?wait=</c> or <c>Prefer: wait=</c> (RFC 7240), 1 to 60 seconds; 0: neither is there.</summary>
    private static Result<long> Wait(HttpRequest request)
    {
        if (!string.IsNullOrEmpty(request.Query["wait"]))
            return Query.Integer(request, "wait", 0, 1, 60);
        return PreferredWait(request) ?? 0;
    }

    /// <summary>Seconds of <c>Prefer: wait=</c> (RFC 7240), 0 to 60; null: there is no such preference, or it can't be read and is ignored.</summary>
    internal static long? PreferredWait(HttpRequest request)
    {
        var prefer = request.Headers["Prefer"].SelectMany(p => (p ?? "").Split(',')).Select(p => p.Split(';')[0].Split('=', StringSplitOptions.TrimEntries))
            .FirstOrDefault(p => p.Length == 2 && p[0].Equals("wait", StringComparison.OrdinalIgnoreCase));
        return prefer is not null && long.TryParse(prefer[1].Trim('"'), out var seconds) ? Math.Clamp(seconds, 0, 60) : null;
    }

    /// <summary>Another session's action, of the same agent too, is not found.</summary>
    private static async Task<Refusal?> OwnAsync(Api api, Guid id) =>
        await api.Reader.ActionAsync(new(id)) is { } view && view.Session.Id == api.SessionId ? null : Refusals.NotFound;

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();
}

/// <summary>The header <c>Idempotency-Key</c>, bound to session, route and body.</summary>
internal static class Idempotency
{
    public static IdempotencyKey? Of(HttpRequest request, Fields body, string scope, bool ignore = false) => ignore ? null : Of(request, body, scope, body.Value);

    /// <param name="faults">Where a key that is none is told.</param>
    public static IdempotencyKey? Of(HttpRequest request, Fields faults, string scope, System.Text.Json.JsonElement body)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
            return null;
        var key = values.ToString();
        if (values.Count != 1 || key.Length is 0 or > 128 || key.Any(c => c is < ' ' or > '~'))
        {
            faults.Fault("Idempotency-Key", "1 to 128 printable ASCII characters are expected.");
            return null;
        }

        return Of(key, scope, body);
    }

    public static IdempotencyKey Of(string key, string scope, System.Text.Json.JsonElement body) =>
        new(Hash(Encoding.UTF8.GetBytes($"{scope}\n{key}")), Hash(CanonicalJson.Canonicalize(body)));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
