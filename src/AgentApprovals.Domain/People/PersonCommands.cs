using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.People;

/// <summary>A person with the one-time link that was made for them.</summary>
public sealed record PersonReply(PersonState Person, CredentialState? Credential);

/// <summary>Adds a person; the link lets them choose how they sign in, once, within a week.</summary>
public sealed record AddPerson(Actor Actor, string Email, string DisplayName, Roles Roles, IReadOnlyList<string> Groups, SecretHash? SetupLink) : Command<PersonReply>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<PersonReply> Decide(World world)
    {
        var stamp = ActorStamp.System("setup");
        Caller? by = null;
        // The first person is made by the console itself, and only while there is nobody.
        if (Actor is not SystemActor || world.People.Count > 0)
        {
            var caller = Caller.Of(world, Actor, Roles.Administrator);
            if (caller.Refusal is { } refusal)
                return refusal;
            by = caller.Value!;
            stamp = by.Stamp;
        }

        if (world.People.Find(People.Email.Key(Email)) is not null)
            return Refusals.NameTaken($"There is a person with the address {Email} already.");
        var person = world.Append(world.People, Kinds.PersonCreated, stamp, default, new PersonState
        {
            Id = new(world.NewId()),
            Email = Email.Trim(),
            EmailKey = People.Email.Key(Email),
            DisplayName = DisplayName,
            Roles = Roles,
            Groups = Groups,
            CreatedAt = world.Now,
        });
        return new PersonReply(person, SetupLink is { } link ? SetupLinks.Make(world, person, link, by, stamp) : null);
    }
}

/// <summary>
/// Changes what is given. Deactivating takes back the person's approvals of everything not yet released and stops the sessions
/// on their behalf; a role or group that is taken away is taken from those approvals as well.
/// </summary>
/// <param name="Email">The one they have: agents, actions and the record name it.</param>
/// <param name="DisplayName">Empty: their address again.</param>
public sealed record ChangePerson(Actor Actor, PersonId Id, string? Email, string? DisplayName, Roles? Roles, IReadOnlyList<string>? Groups, bool? Active) : Command<PersonState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        if (Active == false || Roles is not null || Groups is not null)
            needs.Entangled.Add(Id.Value);
    }

    public override Result<PersonState> Decide(World world)
    {
        var found = PersonSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, person) = found.Value!;
        if (Email is not null && !People.Email.Same(Email, person.Email))
            return Refusals.Invalid("email", "A person keeps their address.");
        var after = person with
        {
            DisplayName = DisplayName is "" ? person.Email : DisplayName ?? person.DisplayName,
            Roles = Roles ?? person.Roles,
            Groups = Groups ?? person.Groups,
            Active = Active ?? person.Active,
        };
        var isLastAdministrator = person.Has(People.Roles.Administrator) && !after.Has(People.Roles.Administrator)
            && world.People.All.Count(p => p.Has(People.Roles.Administrator)) == 1;
        if (isLastAdministrator)
            return Refusals.Invalid("roles", "This is the last active Administrator; make another one first.");
        if (RowFacts.Of(person, after).Count > 0)
            after = world.Append(world.People, Kinds.PersonChanged, by.Stamp, default, after);
        if (person.Active && !after.Active)
            StopSessions(world, after, by);
        if (!after.Active || (person.Roles & ~after.Roles) != 0 || person.Groups.Except(after.Groups).Any())
            HoldApprovals(world, after, by);
        return after;
    }

    private static void StopSessions(World world, PersonState person, Caller by)
    {
        foreach (var session in world.Sessions.All.Where(s => People.Email.Same(s.OnBehalfOf, person.Email) && world.FateOf(s).IsActive).ToList())
            Stopping.Session(world, session, by.Stamp, $"{person.DisplayName}, on whose behalf it ran, was deactivated.");
    }

    /// <summary>An approval of what is not yet released counts for no more than the person still is.</summary>
    private static void HoldApprovals(World world, PersonState person, Caller by)
    {
        foreach (var approved in world.Actions.All.Where(a => a.Approvals.Any(p => p.Person == person.Id)).ToList())
        {
            var action = world.Settle(approved);
            if (action.Status is ActionStatus.Pending or ActionStatus.Approved)
                Approving.HoldTo(world, action, person, by.Stamp);
        }
    }
}

/// <summary>A new personal token; the token itself is made by the caller and shown once. No token makes one wider than itself.</summary>
public sealed record MakePersonToken(Actor Actor, PersonId Holder, string Name, MayDecide MayDecide, SecretHash Hash) : Command<CredentialState>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<CredentialState> Decide(World world)
    {
        if (Actor is SystemActor)
            return Make(world, world.People.Find(Holder.Value)!, null, ActorStamp.System("setup"));
        var found = PersonSetup.Find(world, Actor, Holder, orSelf: true);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, holder) = found.Value!;
        return MayDecide > by.MayDecide ? Refusals.TokenMayNotDecide : Make(world, holder, by.Person, by.Stamp);
    }

    private CredentialState Make(World world, PersonState holder, PersonState? by, ActorStamp stamp) =>
        world.Append(world.Credentials, Kinds.PersonTokenMade, stamp, default, new CredentialState
        {
            Id = new(world.NewId()),
            Kind = CredentialKind.PersonToken,
            HolderSequence = holder.Sequence,
            Name = Name,
            Hash = Hash,
            MayDecide = MayDecide,
            MadeBy = by?.Sequence,
            MadeByName = by?.DisplayName,
            CreatedAt = world.Now,
        });
}

public sealed record DeletePersonToken(Actor Actor, PersonId Holder, CredentialId Id) : Command<Done>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Credentials.Add(Id.Value);
    }

    public override Result<Done> Decide(World world)
    {
        var found = PersonSetup.Find(world, Actor, Holder, orSelf: true);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, holder) = found.Value!;
        if (world.Credentials.Find(Id.Value) is not { Kind: CredentialKind.PersonToken } token
            || token.HolderSequence != holder.Sequence || !token.IsValidAt(world.Now))
        {
            return Refusals.NotFound;
        }

        world.Append(world.Credentials, Kinds.PersonTokenDeleted, by.Stamp, default, token with { EndsAt = world.Now });
        return default(Done);
    }
}

internal static class PersonSetup
{
    /// <summary>The person, for an Administrator or (<paramref name="orSelf"/>) for themselves. People are known to all by name, so who may not is told so.</summary>
    public static Result<Found> Find(World world, Actor actor, PersonId id, bool orSelf = false)
    {
        var caller = Caller.Of(world, actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (world.People.Find(id.Value) is not { } person)
            return Refusals.NotFound;
        var by = caller.Value!;
        return by.Has(Roles.Administrator) || (orSelf && by.Person.Id == id) ? new Found(by, person) : Refusals.Forbidden("This takes the role Administrator.");
    }

    public sealed record Found(Caller By, PersonState Person);
}
