using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Sessions;

public static class SessionEndpoints
{
    public static void MapSessions(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/sessions").WithTags("Sessions").RequireAuthorization(SecuritySetup.Keys);
        keys.MapPost("/", OpenAsync).Accepts<OpenSessionRequest>("application/json").Produces<SessionDocument>(201).WithSummary("Open a run on behalf of a person.");
        keys.MapPost("/{id:guid}/renew", (Guid id, Api api, SessionDocuments documents) =>
            api.CommitAsync(new RenewSession(api.Actor, new(id)), r => Api.Ok(documents.Of(r))))
            .Produces<SessionDocument>().WithSummary("More time; the token stays.");

        var own = api.MapGroup("/sessions/current").WithTags("Sessions").RequireAuthorization(SecuritySetup.Sessions);
        own.MapGet("/", CurrentAsync).Produces<SessionDocument>().WithSummary("The run itself, and its standing instructions.");
        own.MapPost("/compacted", (Api api, SessionDocuments documents) =>
            api.CommitAsync(new MarkCompacted(api.Actor), r => Api.Ok(documents.Of(r))))
            .Produces<SessionDocument>().WithSummary("The context was compacted: hand me my instructions again.");
        own.MapDelete("/", (Api api) => api.CommitAsync(new EndSession(api.Actor), _ => TypedResults.NoContent()))
            .Produces(204).WithSummary("End the run; what waits is cancelled.");

        var people = api.MapGroup("/sessions").WithTags("Sessions").RequireAuthorization(SecuritySetup.People);
        people.MapGet("/", ListAsync).Produces<ListDocument<SessionDocument>>().WithSummary("Sessions, newest first.");
        people.MapGet("/{id:guid}", ShowAsync).Produces<SessionDocument>().WithSummary("One session.");
    }

    private static Task<IResult> OpenAsync(Api api, SessionDocuments documents)
    {
        var (token, runnerToken) = (Token.New(Token.Session), Token.New(Token.Runner));
        return api.WithBodyAsync(
            body =>
            {
                var onBehalfOf = body.RequiredText("onBehalfOf", 254);
                if (onBehalfOf.Length > 0 && !Email.IsPlausible(onBehalfOf))
                    body.Fault("onBehalfOf", "An e-mail address is expected.");
                var client = body.Object("client");
                return new OpenSession(api.Actor, SecretHash.Of(token), onBehalfOf, body.Text("purpose", 500),
                    client is null ? null : new(client.Text("name", 100), client.Text("version", 100), client.Text("model", 100), client.Text("host", 253)),
                    body.Object("runner") is { } runner
                        ? new(runner.RequiredText("host", 253), runner.Choice<Mechanism>("mechanism", required: true) ?? Mechanism.None, runner.Flag("isolated"), SecretHash.Of(runnerToken))
                        : null);
            },
            command => api.CommitAsync(command, r => api.Created($"/api/v1/sessions/{r.Session.Id}",
                documents.Of(r) with { Token = token, RunnerToken = r.Session.Runner is null ? null : runnerToken })));
    }

    private static async Task<IResult> CurrentAsync(Api api, SessionDocuments documents) =>
        await api.Reader.SessionAsync(api.SessionId) is { } view ? Api.Ok(await documents.OfAsync(view)) : api.Refuse(Refusals.Unauthenticated);

    private static async Task<IResult> ListAsync(Api api, SessionDocuments documents)
    {
        var request = api.Context.Request;
        var paging = Query.Paging(request);
        var states = Query.Choices<SessionStatus>(request, "state");
        var agentId = Query.Id(request, "agentId");
        if ((paging.Refusal ?? states.Refusal ?? agentId.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var person = api.Person;
        var filter = new SessionFilter(states.Value, agentId.Value is { } id ? new AgentId(id) : null, IsVisible: v => person.MaySee(v.Session, v.Agent));
        var page = await api.Reader.SessionsAsync(filter, paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<SessionDocument>(await documents.OfAsync(page.Items), page.Next?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> ShowAsync(Guid id, Api api, SessionDocuments documents) =>
        await api.Reader.SessionAsync(new(id)) is { } view && api.Person.MaySee(view.Session, view.Agent)
            ? Api.Ok(await documents.OfAsync(view))
            : api.Refuse(Refusals.NotFound);
}

/// <summary>Standing instructions as they are now, for answers that change nothing.</summary>
public sealed class StandingReader(Reader reader)
{
    public Task<StandingInstructions> OfAsync(AgentState agent) => reader.LookAsync(async db =>
    {
        ArgumentNullException.ThrowIfNull(agent);
        var console = await db.Consoles.SingleAsync();
        return Instructions.Join(await ReadAsync(db, console.Instructions), await ReadAsync(db, agent.Instructions));
    });

    /// <summary>One document's text and version, without what is joined to it; null while none was written.</summary>
    public Task<(int Version, string Text)?> OwnAsync(AgentState? agent) => reader.LookAsync(async db =>
        await ReadAsync(db, agent is null ? (await db.Consoles.SingleAsync()).Instructions : agent.Instructions));

    private static async Task<(int Version, string Text)?> ReadAsync(Data.Storage.LedgerContext db, long? document)
    {
        if (document is not { } sequence)
            return null;
        var version = await db.Documents.Where(d => d.Sequence == sequence).Select(d => d.Version).SingleAsync();
        var body = await db.Contents.Where(c => c.Sequence == sequence && c.Part == ContentPart.Document).Select(c => c.Bytes).SingleAsync();
        return (version, System.Text.Encoding.UTF8.GetString(body!));
    }
}
