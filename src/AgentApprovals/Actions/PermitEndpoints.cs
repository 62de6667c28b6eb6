using System.Text.Json.Serialization;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>What target systems ask before they do what an agent's permit is shown for: RFC 7662 in manner.</summary>
public static class PermitEndpoints
{
    private const int MostPermit = 500;

    public static void MapPermits(this RouteGroupBuilder api) => api.MapGroup("/permits").WithTags("Target systems").RequireAuthorization(SecuritySetup.People)
        .MapPost("/introspect", IntrospectAsync).Accepts<IntrospectRequest>("application/json").Produces<PermitDocument>()
        .WithSummary("Whether a permit holds now, and for what; with consume, the first who asks has it.");

    /// <summary>Why somebody may not ask as a target system; null where they may.</summary>
    public static Refusal? VerifierRefusal(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.Person.Has(Caller.Verifiers) ? null : Refusals.Forbidden("This takes a Verifier or an Administrator.");
    }

    private static Task<IResult> IntrospectAsync(Api api, Permits permits, Data.Ledger.Ledger ledger) => api.WithBodyAsync(
        body => new IntrospectRequest(body.RequiredText("permit", MostPermit), body.Text("payloadDigest", 200), body.Flag("consume")),
        async asked =>
        {
            if (VerifierRefusal(api) is { } refusal)
                return api.Refuse(refusal);
            // What the permit was made for never changes, so that can be read beforehand; how the action stands is judged where it is answered.
            if (Permits.ActionOf(asked.Permit) is not { } id || await api.Reader.ActionAsync(id) is not { } view || !permits.Proves(asked.Permit, view.Action))
                return Api.Ok(PermitDocument.Inactive);
            var redeemed = view.Action.RedeemSequence!.Value;
            if (asked.Consume != true)
                return Api.Ok(ConsumePermit.IsActive(view.Action, redeemed, asked.PayloadDigest) ? PermitDocument.Of(view) : PermitDocument.Inactive);
            var consumed = await ledger.CommitAsync(new ConsumePermit(api.Actor, id, redeemed, asked.PayloadDigest));
            return consumed.Refusal is { } why ? api.Refuse(why)
                : Api.Ok(consumed.Value is { } reply ? PermitDocument.Of(new(reply.Action, reply.Session, reply.Agent)) : PermitDocument.Inactive);
        },
        () => Task.FromResult(VerifierRefusal(api)));
}

/// <param name="Permit"><c>aax_…</c>, as the agent showed it.</param>
/// <param name="PayloadDigest">Of what is about to be executed: a permit for another payload is not active.</param>
/// <param name="Consume">The first who asks so is told that it is active, and nobody after.</param>
public sealed record IntrospectRequest(string Permit, string? PayloadDigest, bool? Consume);

/// <summary>What a permit is for; where it is not active, that alone.</summary>
/// <param name="ApprovedBy">Who said yes, in the order in which they did.</param>
/// <param name="Exp">Until when it may be executed, in seconds of Unix time.</param>
public sealed record PermitDocument(
    bool Active,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ActionId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Type = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Resource = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PayloadDigest = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AgentRef? Agent = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OnBehalfOf = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PersonRef>? ApprovedBy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Exp = null)
{
    public static PermitDocument Inactive { get; } = new(false);

    public static PermitDocument Of(ActionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var (action, session, agent) = view;
        return new(true, action.Id.Value, action.Type, action.Resource, action.PayloadDigest, AgentRef.Of(agent), session.OnBehalfOf,
            [.. action.Approvals.Select(a => PersonRef.Of(a.Person, a.Name))], action.ExecuteUntil!.Value.Milliseconds / 1000);
    }
}
