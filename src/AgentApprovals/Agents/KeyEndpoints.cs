using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.People;
using AgentApprovals.Security;
using AgentApprovals.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Agents;

/// <summary>What an agent comes in with, and what it must heed.</summary>
public static class KeyEndpoints
{
    public static void MapKeysAndInstructions(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/agents/{id:guid}/keys").WithTags("Agents").RequireAuthorization(SecuritySetup.People);
        keys.MapPost("/", MakeAsync).Accepts<NameRequest>("application/json").Produces<NewKeyDocument>(201).WithSummary("A new key, shown once.");
        keys.MapGet("/", ListAsync).Produces<ListDocument<KeyDocument>>().WithSummary("The keys that are valid.");
        keys.MapDelete("/{keyId:guid}", (Guid id, Guid keyId, Api api) =>
            api.CommitAsync(new DeleteAgentKey(api.Actor, new(id), new(keyId)), _ => TypedResults.NoContent()))
            .Produces(204).WithSummary("Delete a key, and stop the sessions it opened.");

        var instructions = api.MapGroup("").WithTags("Instructions").RequireAuthorization(SecuritySetup.People);
        instructions.MapGet("/instructions", async (Api api, StandingReader standing) =>
            AgentEndpoints.AdministratorRefusal(api) is { } refusal ? api.Refuse(refusal) : Api.Ok(Shown(await standing.OwnAsync(null))))
            .Produces<InstructionsDocument>().WithSummary("What every agent must always heed.");
        instructions.MapPut("/instructions", (Api api) => PutAsync(api, null))
            .Accepts<InstructionsRequest>("application/json").Produces<InstructionsDocument>().WithSummary("Write what every agent must heed.");
        instructions.MapGet("/agents/{id:guid}/instructions", async (Guid id, Api api, StandingReader standing) =>
            await AgentEndpoints.SeenAsync(api, id) is { } agent ? Api.Ok(Shown(await standing.OwnAsync(agent))) : api.Refuse(Refusals.NotFound))
            .Produces<InstructionsDocument>().WithSummary("What this agent must heed, besides.");
        instructions.MapPut("/agents/{id:guid}/instructions", (Guid id, Api api) => PutAsync(api, id))
            .Accepts<InstructionsRequest>("application/json").Produces<InstructionsDocument>().WithSummary("Write what this agent must heed.");
    }

    private static Task<IResult> MakeAsync(Guid id, Api api)
    {
        var key = Token.New(Token.AgentKey);
        return api.WithBodyAsync(
            AgentReader.KeyName,
            name => api.CommitAsync(new MakeAgentKey(api.Actor, new(id), name, SecretHash.Of(key)),
                made => api.Created($"/api/v1/agents/{id}/keys/{made.Id}", new NewKeyDocument(made.Id, made.Name, key))),
            () => AgentEndpoints.SetupRefusalAsync(api, id));
    }

    private static async Task<IResult> ListAsync(Guid id, Api api)
    {
        if (await AgentEndpoints.SetupRefusalAsync(api, id) is { } refusal)
            return api.Refuse(refusal);
        var agent = await api.Reader.LookAsync(db => db.Agents.Where(a => a.Id == new AgentId(id)).Select(a => a.Sequence).SingleAsync());
        return await CredentialLists.ShowAsync(api, CredentialKind.AgentKey, agent, k => new KeyDocument(k.Id, k.Name, k.CreatedAt, CredentialLists.MadeBy(api, k)));
    }

    private static Task<IResult> PutAsync(Api api, Guid? agent) => api.WithBodyAsync(
        body => AgentReader.Instructions(api.Actor, agent is { } id ? new AgentId(id) : null, body),
        command => api.CommitAsync(command, written => Api.Ok(new InstructionsDocument(written.Version, written.Digest, written.Text))),
        async () => agent is { } id ? await AgentEndpoints.SetupRefusalAsync(api, id) : AgentEndpoints.AdministratorRefusal(api));

    private static InstructionsDocument Shown((int Version, string Text)? own)
    {
        var standing = Instructions.Join(own, null);
        return new(standing.Version, standing.Digest, standing.Text);
    }
}
