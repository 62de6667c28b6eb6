using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Policies;

/// <summary>Replaces the rules as a whole. What waits keeps the version of its submission.</summary>
/// <param name="Version">The version that was read; another one is there: <c>policy_changed</c>.</param>
public sealed record PutPolicy(Actor Actor, int Version, IReadOnlyList<Rule> Rules, string? Reason) : Command<Policy>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<Policy> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        var current = world.CurrentPolicy().Version;
        if (Version != current)
            return Refusals.PolicyChanged;
        var policy = new Policy(current + 1, Rules);
        var document = Keeping.Save(world, DocumentKind.Policy, 0, policy.Version, RuleReader.Write(Rules), caller.Value!, Reason, Kinds.PolicyChanged);
        world.Texts.Load(document.Sequence, policy);
        world.Append(world.Consoles, Kinds.PolicyChanged, caller.Value!.Stamp, default, world.Console with { Policy = document.Sequence });
        return policy;
    }
}

/// <summary>Replaces the catalogue as a whole.</summary>
public sealed record PutCatalogue(Actor Actor, int Version, IReadOnlyList<ActionType> Items) : Command<Catalogue>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<Catalogue> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        var current = world.CurrentCatalogue().Version;
        if (Version != current)
            return Refusals.StaleVersion;
        var catalogue = new Catalogue(current + 1, Items);
        var document = Keeping.Save(world, DocumentKind.Catalogue, 0, catalogue.Version, ActionTypeReader.Write(Items), caller.Value!, null, Kinds.CatalogueChanged);
        world.Texts.Load(document.Sequence, catalogue);
        world.Append(world.Consoles, Kinds.CatalogueChanged, caller.Value!.Stamp, default, world.Console with { Catalogue = document.Sequence });
        return catalogue;
    }
}

/// <summary>Keeps a new version of a document: its body beside the ledger, its digest in the entry.</summary>
internal static class Keeping
{
    public static DocumentState Save(World world, DocumentKind kind, long agent, int version, byte[] body, Caller by, string? reason, string entry)
    {
        var document = world.Append(world.Documents, entry, by.Stamp, default, new DocumentState
        {
            Kind = kind,
            AgentSequence = agent,
            Version = version,
            Digest = CanonicalJson.Digest(body),
            AuthorName = by.Person.DisplayName,
            Reason = reason,
            At = world.Now,
        });
        world.Attach(ContentPart.Document, body);
        return document;
    }
}
