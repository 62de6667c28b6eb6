using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Runners;
using AgentApprovals.Security;
using AgentApprovals.Stops;

namespace AgentApprovals.Console.Circuits;

/// <summary>The person who looks at a page, as they stand now, and their one way to change something: a command in the ledger, which judges again whether they may.</summary>
public sealed class Viewer(CircuitPin pin, Roster roster, Data.Ledger.Ledger ledger, StopOrders stops, Pauses pauses)
{
    /// <summary>Null for somebody who was deactivated or signed out since the page was opened: show nothing.</summary>
    public async Task<PersonState?> PersonAsync() =>
        await pin.ActorAsync() is PersonActor who && roster.Person(who.Person) is { Active: true } person ? person : null;

    public Task<Result<T>> CommitAsync<T>(Func<Actor, Command<T>> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return AskAsync(actor => ledger.CommitAsync(command(actor)));
    }

    /// <summary>A stop acts before it is committed, as everywhere (<see cref="StopOrders"/>).</summary>
    public Task<Result<StopState>> StopAsync(StopScope scope, Guid? target, string? reason) => AskAsync(actor => stops.OrderAsync(new(actor, scope, target, reason, Drill: false)));

    /// <summary>Answers once the session's runner has done it and said so (<see cref="Pauses"/>).</summary>
    public Task<Result<SessionReply>> PauseAsync(SessionId session, bool paused) => AskAsync(actor => pauses.OrderAsync(actor, session, paused));

    private async Task<Result<T>> AskAsync<T>(Func<Actor, Task<Result<T>>> ask)
    {
        if (await PersonAsync() is null || await pin.ActorAsync() is not { } actor)
            return Refusals.Unauthenticated;
        try
        {
            return await ask(actor);
        }
        catch (LedgerUnavailableException)
        {
            return Refusals.Unavailable;
        }
    }
}
