using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Ledger;

/// <summary>An entry as the API shows it; its hash covers the stored bytes, which hold all of this but the hash.</summary>
public sealed record EntryDocument(
    long Sequence, Moment At, string Kind, ActorStamp Actor, ActionId? ActionId, SessionId? SessionId, AgentId? AgentId, JsonElement Data, string PreviousHash, string Hash)
{
    public static EntryDocument Of(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new(entry.Sequence, entry.At, entry.Kind, entry.Actor, entry.Subject.Action, entry.Subject.Session, entry.Subject.Agent,
            entry.Data, entry.PreviousHash, Convert.ToHexStringLower(entry.Hash));
    }
}

public sealed record HeadDocument(long Sequence, string Hash);

public sealed record VerifyDocument(bool Valid, long Entries, HeadDocument Head, long? FirstInvalid);

public static class LedgerEndpoints
{
    /// <summary>Who may read the record of everything.</summary>
    public const Roles Readers = RecordCheckpoint.Readers;

    public static void MapLedger(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/ledger").WithTags("Ledger").RequireAuthorization(SecuritySetup.People);
        people.MapGet("/", ListAsync).Produces<ListDocument<EntryDocument>>().WithSummary("Entries in order, after a sequence.");
        people.MapGet("/export", LedgerExport.ShowAsync).Produces<EntryDocument>(200, "application/x-ndjson")
            .WithSummary("All of it, one entry a line, as it is stored: to keep elsewhere, and to check without this console.");
        people.MapGet("/verify", VerifyAsync).Produces<VerifyDocument>().WithSummary("Check the hash chain.");
        people.MapPost("/checkpoints", CheckpointAsync).Produces<Checkpoint>(201).WithSummary("Sign how the ledger stands now; it is told by webhook and log as the daily one is.");
    }

    /// <summary>What signs checkpoints, for whoever checks one elsewhere: a JWK set (RFC 7517), open to everybody.</summary>
    public static void MapSigningKeys(this WebApplication app) => app.MapGet("/.well-known/agent-approvals-keys", (CheckpointKey key) => Api.Ok(new JsonObject
    {
        ["keys"] = new JsonArray(new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["kid"] = key.Public.Kid,
            ["x"] = key.Public.X,
            ["y"] = key.Public.Y,
        }),
    }))
        .AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> CheckpointAsync(Api api, Checkpoints checkpoints)
    {
        var signed = await checkpoints.SignAsync();
        return await api.CommitAsync(new RecordCheckpoint(api.Actor, signed), taken => api.Created($"/api/v1/ledger?after={taken.Sequence}", taken));
    }

    private static async Task<IResult> ListAsync(Api api, EntryReader entries)
    {
        if (!api.Person.Has(Readers))
            return api.Refuse(Refusals.Forbidden("The ledger takes an Administrator or an Auditor."));
        var request = api.Context.Request;
        var limit = Query.Integer(request, "limit", 50, 1, 200);
        var after = Query.Integer(request, string.IsNullOrEmpty(request.Query["cursor"]) ? "after" : "cursor", 0, 0, long.MaxValue);
        var action = Query.Id(request, "actionId");
        var session = Query.Id(request, "sessionId");
        if ((limit.Refusal ?? after.Refusal ?? action.Refusal ?? session.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var found = await entries.AfterAsync(after.Value, (int)limit.Value + 1, action.Value, session.Value);
        var page = found.Take((int)limit.Value).ToList();
        return Api.Ok(new ListDocument<EntryDocument>([.. page.Select(EntryDocument.Of)], found.Count > page.Count ? $"{page[^1].Sequence}" : null));
    }

    private static async Task<IResult> VerifyAsync(Api api, ChainCheck check, EntryReader entries)
    {
        if (!api.Person.Has(Readers))
            return api.Refuse(Refusals.Forbidden("The ledger takes an Administrator or an Auditor."));
        var from = Query.Integer(api.Context.Request, "from", 1, 1, long.MaxValue);
        var to = Query.Integer(api.Context.Request, "to", long.MaxValue, 1, long.MaxValue);
        if ((from.Refusal ?? to.Refusal) is { } refusal)
            return api.Refuse(refusal);
        if (from.Value > to.Value || from.Value > await entries.HeadAsync())
            return api.Refuse(Refusals.Invalid("from", "It is beyond the end of what is to be checked."));
        var report = await check.RunAsync(from.Value, to.Value, api.Context.RequestAborted);
        return Api.Ok(new VerifyDocument(report.Valid, report.Entries, new(report.Head.Sequence, Convert.ToHexStringLower(report.Head.Hash)), report.FirstInvalid));
    }
}
