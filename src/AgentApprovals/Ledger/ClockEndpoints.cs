using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Ledger;

public static class ClockEndpoints
{
    private const int MostText = 4000;

    public static void MapClock(this RouteGroupBuilder api) => api.MapPost("/clock/accept", AcceptAsync).WithTags("Setting up").RequireAuthorization(SecuritySetup.People)
        .Accepts<Stops.ReasonRequest>("application/json").Produces<AcceptedClock>().WithSummary("Accept the clock after a jump: ledger time is the clock's again.");

    private static Task<IResult> AcceptAsync(Api api) => api.WithBodyAsync(
        body => body.RequiredText("reason", MostText),
        reason => api.CommitAsync(new AcceptClock(api.Actor, reason), Api.Ok),
        () => Task.FromResult(api.Person.Has(Roles.Administrator) ? null : Refusals.Forbidden("Accepting the clock takes an Administrator.")));
}
