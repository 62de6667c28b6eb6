using AgentApprovals.Agents;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Policies;

public sealed record PolicyDocument(int Version, IReadOnlyList<Rule> Rules);

/// <param name="Days">1 to 365, today included; 30 by default.</param>
public sealed record PreviewRequest(IReadOnlyList<Rule> Rules, int? Days);

public sealed record CatalogueDocument(int Version, IReadOnlyList<ActionTypeDocument> Items);

public static class PolicyEndpoints
{
    public static void MapPolicies(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("").WithTags("Policies").RequireAuthorization(SecuritySetup.People);
        people.MapGet("/policies", ShowAsync).Produces<PolicyDocument>().WithSummary("The rules, first match wins; with version, as they stood.");
        people.MapPut("/policies", PutAsync).Accepts<PolicyDocument>("application/json").Produces<PolicyDocument>().WithSummary("Replace the rules as a whole.");
        people.MapPost("/policies/preview", PreviewAsync).Accepts<PreviewRequest>("application/json").Produces<PolicyPreviewDocument>()
            .WithSummary("What rules would have done to the actions of some days. Nothing is saved.");
        people.MapGet("/action-types", async (Api api, PolicyReader policies) => AgentEndpoints.AdministratorRefusal(api) is { } refusal
            ? api.Refuse(refusal)
            : Api.Ok(Shown(await policies.CatalogueAsync()))).Produces<CatalogueDocument>().WithSummary("The catalogue of action types.");
        people.MapPut("/action-types", PutTypesAsync).Accepts<CatalogueDocument>("application/json").Produces<CatalogueDocument>().WithSummary("Replace the catalogue as a whole.");
    }

    private static async Task<IResult> ShowAsync(Api api, PolicyReader policies)
    {
        var version = Query.Integer(api.Context.Request, "version", -1, 0, int.MaxValue);
        if ((AgentEndpoints.AdministratorRefusal(api) ?? version.Refusal) is { } refusal)
            return api.Refuse(refusal);
        return await policies.PolicyAsync(version.Value < 0 ? null : (int)version.Value) is { } policy
            ? Api.Ok(new PolicyDocument(policy.Version, policy.Rules))
            : api.Refuse(Refusals.NotFound);
    }

    private static Task<IResult> PutAsync(Api api) => api.WithBodyAsync(
        body => new PutPolicy(api.Actor, Version(body), RuleReader.Read(body), body.Text("reason", 2000)),
        command => api.CommitAsync(command, policy => Api.Ok(new PolicyDocument(policy.Version, policy.Rules))),
        () => Task.FromResult(AgentEndpoints.AdministratorRefusal(api)));

    private static Task<IResult> PreviewAsync(Api api, PolicyPreviews previews) => api.WithBodyAsync(
        body => (Rules: RuleReader.Read(body), Days: body.Integer("days", 30, least: 1, most: 365)),
        async asked => AgentEndpoints.AdministratorRefusal(api) is { } refusal ? api.Refuse(refusal) : Api.Ok(await previews.OfAsync(asked.Rules, asked.Days)),
        () => Task.FromResult(AgentEndpoints.AdministratorRefusal(api)));

    private static Task<IResult> PutTypesAsync(Api api) => api.WithBodyAsync(
        body => new PutCatalogue(api.Actor, Version(body), ActionTypeReader.Read(body)),
        command => api.CommitAsync(command, catalogue => Api.Ok(Shown(catalogue))),
        () => Task.FromResult(AgentEndpoints.AdministratorRefusal(api)));

    private static CatalogueDocument Shown(Catalogue catalogue) => new(catalogue.Version, [.. catalogue.Items.Select(ActionTypeReader.Shown)]);

    private static int Version(Fields body)
    {
        if (body.OptionalInteger("version") is { } version)
            return version;
        if (!body.Has("version"))
            body.Fault("version", "It is required: the version that you read.");
        return -1;
    }
}

/// <summary>Policies and catalogues by version.</summary>
public sealed class PolicyReader(Data.Queries.Reader reader)
{
    /// <summary>The present policy, or a version of it; null for a version that never was.</summary>
    public async Task<Policy?> PolicyAsync(int? version)
    {
        var document = await DocumentAsync(DocumentKind.Policy, version);
        return document is { } found
            ? (Policy)Documents.Parse(found.Document, found.Body)
            : version is null or 0 ? new Policy(0, []) : null;
    }

    public async Task<Catalogue> CatalogueAsync() => await DocumentAsync(DocumentKind.Catalogue, null) is { } found
        ? (Catalogue)Documents.Parse(found.Document, found.Body)
        : Catalogue.BuiltIn;

    /// <summary>All versions of the policy, newest first.</summary>
    public Task<List<DocumentState>> HistoryAsync() => reader.LookAsync(db =>
        db.Documents.Where(d => d.Kind == DocumentKind.Policy).OrderByDescending(d => d.Version).ToListAsync());

    private Task<(DocumentState Document, byte[] Body)?> DocumentAsync(DocumentKind kind, int? version) => reader.LookAsync(async db =>
    {
        var document = await db.Documents.Where(d => d.Kind == kind && (version == null || d.Version == version)).OrderByDescending(d => d.Version).FirstOrDefaultAsync();
        if (document is null)
            return ((DocumentState, byte[])?)null;
        var body = await db.Contents.SingleAsync(c => c.Sequence == document.Sequence && c.Part == ContentPart.Document);
        return (document, body.Bytes!);
    });
}
