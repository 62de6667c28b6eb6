using System.Collections.Concurrent;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;

namespace AgentApprovals.Console.Circuits;

/// <summary>
/// The live pages' connections, by person. Whoever is deactivated, or has a new password, loses theirs at once, and
/// what comes back with an old cookie is refused; the framework alone would notice after half an hour.
/// </summary>
public sealed class CircuitConnections : IDisposable
{
    private readonly ConcurrentDictionary<HttpContext, PersonId> _open = new();
    private readonly Roster _roster;
    private readonly Stamps _stamps;

    public CircuitConnections(Roster roster, Stamps stamps)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(stamps);
        (_roster, _stamps) = (roster, stamps);
        roster.PersonChanged += CutInactive;
        stamps.Changed += Cut;
    }

    public async Task HoldAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (Actors.ActorOf(context.User) is not PersonActor who)
        {
            await next(context);
            return;
        }

        _open[context] = who.Person;
        try
        {
            await next(context);
        }
        finally
        {
            _open.TryRemove(context, out _);
        }
    }

    public void Dispose()
    {
        _roster.PersonChanged -= CutInactive;
        _stamps.Changed -= Cut;
    }

    private void CutInactive(PersonState person)
    {
        if (!person.Active)
            Cut(person);
    }

    private void Cut(PersonState person)
    {
        foreach (var (context, _) in _open.Where(o => o.Value == person.Id))
            context.Abort();
    }
}
