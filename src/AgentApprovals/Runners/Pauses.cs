using AgentApprovals.Client;
using AgentApprovals.Client.Runner;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using AgentApprovals.Sessions;

namespace AgentApprovals.Runners;

/// <summary>Has an agent's process stand still, or go on: the runner does it and confirms, and only then it is entered.</summary>
public sealed class Pauses(RunnerLines lines, RunnerLeases leases, Data.Ledger.Ledger ledger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Result<SessionReply>> OrderAsync(Actor actor, SessionId id, bool paused)
    {
        var order = new PauseSession(actor, id, paused);
        var allowed = await ledger.CommitAsync(order);
        if (allowed.Refusal is not null || allowed.Value!.Session.Paused == paused)
            return allowed;
        var session = allowed.Value.Session;
        if (lines.Connected(session) is not { } line)
        {
            return Refusals.NoRunner(leases.Of(session).Contact == RunnerContact.Connected
                ? "Its runner is connected to another node of this console, and only that one can tell it; nothing was changed."
                : "Its runner is not connected; nothing was changed.");
        }

        // What the runner hears meanwhile with a renewal must not undo it.
        line.PausedAhead = paused;
        try
        {
            return await lines.TellAsync(line, paused ? RunnerHub.Pause : RunnerHub.Continue, Patience) is { } report
                ? await ledger.CommitAsync(order with { Confirmed = Reports.Read(report, paused ? "pause" : "continue") })
                : Refusals.NoRunner("Its runner did not confirm it; nothing was changed.");
        }
        finally
        {
            line.PausedAhead = null;
        }
    }
}

public static class PauseEndpoints
{
    public static void MapPausing(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/sessions").WithTags("Stopping").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/{id:guid}/pause", (Guid id, Api api, Pauses pauses, SessionDocuments documents) => OrderAsync(api, pauses, documents, id, true))
            .Produces<SessionDocument>().WithSummary("Freeze the session's process; only a runner with a control group can.");
        people.MapPost("/{id:guid}/continue", (Guid id, Api api, Pauses pauses, SessionDocuments documents) => OrderAsync(api, pauses, documents, id, false))
            .Produces<SessionDocument>().WithSummary("Let it go on.");
    }

    private static async Task<IResult> OrderAsync(Api api, Pauses pauses, SessionDocuments documents, Guid id, bool paused)
    {
        var ordered = await pauses.OrderAsync(api.Actor, new(id), paused);
        return ordered.Refusal is { } refusal ? api.Refuse(refusal) : Api.Ok(documents.Of(ordered.Value!));
    }
}
