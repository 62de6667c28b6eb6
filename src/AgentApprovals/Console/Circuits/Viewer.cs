using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;

namespace AgentApprovals.Console.Circuits;

/// <summary>The person who looks at a page, as they stand now, and their one way to change something: a command in the ledger, which judges again whether they may.</summary>
public sealed class Viewer(CircuitPin pin, Roster roster, Data.Ledger.Ledger ledger)
{
    /// <summary>Null for somebody who was deactivated or signed out since the page was opened: show nothing.</summary>
    public async Task<PersonState?> PersonAsync() =>
        await pin.ActorAsync() is PersonActor who && roster.Person(who.Person) is { Active: true } person ? person : null;

    public async Task<Result<T>> CommitAsync<T>(Func<Actor, Command<T>> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (await PersonAsync() is null || await pin.ActorAsync() is not { } actor)
            return Refusals.Unauthenticated;
        try
        {
            return await ledger.CommitAsync(command(actor));
        }
        catch (LedgerUnavailableException)
        {
            return Refusals.Unavailable;
        }
    }
}
