using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.People;

/// <summary>A person who was found, in the ledger as it stands, to be active and to hold the token they came with.</summary>
public sealed record Caller(PersonState Person, CredentialState? Token)
{
    public const Roles Seers = Roles.Administrator | Roles.Manager | Roles.Reviewer | Roles.Auditor;
    public const Roles Deniers = Roles.Administrator | Roles.Manager | Roles.Reviewer;
    public const Roles Resumers = Roles.Administrator | Roles.Manager;

    /// <summary>Target systems, which ask for permits and tell what they saw.</summary>
    public const Roles Verifiers = Roles.Administrator | Roles.Verifier;

    public ActorStamp Stamp => new("person", Person.Id.ToString(), Person.DisplayName);

    /// <summary>The token that spoke, and who made it if somebody else did; null for the browser.</summary>
    public string? Via => Token is null ? null
        : Token.MadeBy is { } by && by != Person.Sequence ? $"{Token.Name}, made by {Token.MadeByName}" : Token.Name;

    /// <summary>How far this caller may decide: a browser session without limit, a token as far as it was made for.</summary>
    public MayDecide MayDecide => Token?.MayDecide ?? MayDecide.All;

    public bool Has(Roles any) => Person.Has(any);

    /// <summary>Whether this caller's right to decide reaches to an action of that risk.</summary>
    public bool MayApprove(RiskLevel level) => MayDecide switch
    {
        MayDecide.All => true,
        MayDecide.High => level <= RiskLevel.High,
        _ => false,
    };

    /// <summary>
    /// The person behind <paramref name="actor"/>; an agent's credential is <c>forbidden</c>, whatever it claims, a deactivated
    /// person or a deleted token <c>unauthenticated</c>.
    /// </summary>
    public static Result<Caller> Of(World world, Actor actor)
    {
        if (actor is not PersonActor who)
            return Refusals.Forbidden("Only a person may do this.");
        if (world.People.Find(who.Person.Value) is not { Active: true } person)
            return Refusals.Unauthenticated;
        if (who.Token is not { } id)
            return new Caller(person, null);
        return world.Credentials.Find(id.Value) is { Kind: CredentialKind.PersonToken } token
            && token.HolderSequence == person.Sequence && token.IsValidAt(world.Now)
            ? new Caller(person, token)
            : Refusals.Unauthenticated;
    }

    /// <summary>As without roles, and <c>forbidden</c> without one of <paramref name="roles"/>.</summary>
    public static Result<Caller> Of(World world, Actor actor, Roles roles)
    {
        var found = Of(world, actor);
        return found.Refusal is null && !found.Value!.Has(roles)
            ? Refusals.Forbidden($"This takes one of the roles {roles}.")
            : found;
    }
}

/// <summary>Who may know of what. What a person may not know of is not found.</summary>
public static class Sight
{
    public static bool MaySee(this PersonState person, AgentState agent) =>
        person.Active && (person.Has(Caller.Seers) || agent.Names(person.Email));

    public static bool MaySee(this PersonState person, SessionState session, AgentState agent) =>
        person.Active && (person.Has(Caller.Seers) || person.Owns(session, agent));

    /// <summary>Also whoever is said to have directed it, for they are asked whether they did, and whoever fills a part of what it requires.</summary>
    public static bool MaySee(this PersonState person, ActionState action, SessionState session, AgentState agent) =>
        person.MaySee(session, agent) || (person.Active && (action.IsSaidToBeDirectedBy(person) || Policies.Approvals.CouldFill(action.Verdict.Requires, person.AsApprover())));

    public static bool IsSaidToBeDirectedBy(this ActionState action, PersonState person) =>
        action.DirectedBy is { } by && Email.Same(by, person.Email);

    /// <summary>O of the role table: the agent's owner, and whom the session acts for.</summary>
    public static bool Owns(this PersonState person, SessionState session, AgentState agent) =>
        Email.Same(agent.Owner, person.Email) || Email.Same(session.OnBehalfOf, person.Email);
}
