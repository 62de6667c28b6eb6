using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;

namespace AgentApprovals.Console.Plain;

/// <summary>Who looks at a plain page, from this node's memory: the database need not answer for that.</summary>
internal static class Visitor
{
    public static PersonActor? ActorOf(HttpContext http) => Actors.ActorOf(http.User) as PersonActor;

    /// <summary>Null for somebody who is not signed in, or whose account is not active.</summary>
    public static PersonState? Of(HttpContext http) => ActorOf(http) is { } actor
        && http.RequestServices.GetRequiredService<Roster>().Person(actor.Person) is { Active: true } person ? person : null;
}
