using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.People;

internal static class SetupLinks
{
    private const int ValidSeconds = 7 * 86_400;

    public static CredentialState Make(World world, PersonState person, SecretHash hash, Caller? by, ActorStamp stamp) =>
        world.Append(world.Credentials, Kinds.PersonSetupLinkMade, stamp, default, new CredentialState
        {
            Id = new(world.NewId()),
            Kind = CredentialKind.SetupLink,
            HolderSequence = person.Sequence,
            Name = "Set-up link",
            Hash = hash,
            MadeBy = by?.Person.Sequence,
            MadeByName = by?.Person.DisplayName,
            CreatedAt = world.Now,
            EndsAt = world.Now.PlusSeconds(ValidSeconds),
        });
}

/// <summary>
/// A new one-time link. For somebody who comes in already, by password or token, it is a way into their account: only the
/// browser or a token that may decide all makes one.
/// </summary>
public sealed record MakeSetupLink(Actor Actor, PersonId Person, SecretHash Hash) : Command<PersonReply>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.TokensOf.Add(Person.Value);
    }

    public override Result<PersonReply> Decide(World world)
    {
        if (Actor is SystemActor && world.People.Find(Person.Value) is { HasLogin: false } first)
            return new PersonReply(first, SetupLinks.Make(world, first, Hash, null, ActorStamp.System("setup")));
        var found = PersonSetup.Find(world, Actor, Person);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, person) = found.Value!;
        var hasCredential = person.HasLogin
            || world.Credentials.All.Any(c => c.Kind == CredentialKind.PersonToken && c.HolderSequence == person.Sequence && c.IsValidAt(world.Now));
        if (hasCredential && by.MayDecide != MayDecide.All)
            return Refusals.TokenMayNotDecide;
        return new PersonReply(person, SetupLinks.Make(world, person, Hash, by, by.Stamp));
    }
}

/// <summary>Uses a link up. Whoever holds it may now choose how the person signs in; every other link of theirs is void.</summary>
public sealed record UseSetupLink(SecretHash Hash) : Command<PersonState>
{
    public override void Need(Needs needs) => needs.Secrets.Add(Hash);

    public override Result<PersonState> Decide(World world)
    {
        if (world.Credentials.Find(Hash.Hex) is not { Kind: CredentialKind.SetupLink } link || !link.IsValidAt(world.Now)
            || world.People.Find(link.HolderSequence) is not { Active: true } person)
        {
            return Refusals.NotFound;
        }

        var stamp = new ActorStamp("person", person.Id.ToString(), person.DisplayName);
        foreach (var other in world.Credentials.All.Where(c => c.Kind == CredentialKind.SetupLink && c.HolderSequence == person.Sequence && c.IsValidAt(world.Now)).ToList())
            world.Append(world.Credentials, Kinds.PersonSetupLinkUsed, stamp, default, other with { EndsAt = world.Now });
        return person.HasLogin
            ? person
            : world.Append(world.People, Kinds.PersonChanged, stamp, default, person with { HasLogin = true });
    }
}
