using System.Diagnostics;
using AgentApprovals.Client.Runner;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Runners;

/// <summary>What runners ask: to be let in, to go on, to be heard. Judged by the database, so no lease is given after a stop, whichever node took it.</summary>
public sealed partial class Supervision(RunnerLines lines, RunnerLeases leases, RunnerReceipts receipts, Data.Ledger.Ledger ledger, Reader reader, Roster roster, Intake intake, ILogger<Supervision> log)
{
    /// <summary>More than a runner ever has to tell; what comes beyond is nobody's proof.</summary>
    private const int MostReports = 20;

    private const string Reports = "reports";

    /// <exception cref="HubException">The place is taken, or nobody has this token.</exception>
    public async Task EnterAsync(HubCallerContext context)
    {
        if (await SessionAsync(context) is not { Runner: not null } session)
            throw Runners.Reports.Refused(Refusals.Unauthenticated);
        if (!lines.Enter(session, context.ConnectionId, context.Abort))
            throw new HubException("Another runner of this session is connected.");
        // A stop that found nobody here is told now; answers are taken only once this method has returned.
        if (roster.Now(session).Status == SessionStatus.Stopped)
            _ = Task.Run(() => receipts.TellAsync(lines.Of(context.ConnectionId), Stopwatch.GetTimestamp()));
    }

    public void Leave(HubCallerContext context) => lines.Leave(context.ConnectionId);

    /// <exception cref="HubException">The code that the API would refuse with: the lease runs out.</exception>
    public async Task<Lease> RenewAsync(HubCallerContext context)
    {
        if (lines.Of(context.ConnectionId) is not { } line)
            throw Runners.Reports.Refused(Refusals.Unauthenticated);
        if (line.IsDisplaced)
        {
            Log.Contested(log, line.Session.Id.Value);
            await ledger.CommitAsync(new ReportContest(line.Session.Id));
            context.Abort();
            throw Runners.Reports.Refused(Refusals.Forbidden("Another runner has taken this place."));
        }

        // A node that may not know of a stop lets nobody go on.
        if (intake.ClosedBecause is not null)
            throw Runners.Reports.Refused(Refusals.Unavailable);
        if (await SessionAsync(context) is not { Runner: { } runner } session)
            throw Runners.Reports.Refused(Refusals.Unauthenticated);
        if ((SessionGate.Judge(session.Status) ?? SessionGate.Judge(roster.Now(session).Status)) is { } refusal)
            throw Runners.Reports.Refused(refusal);
        lines.Heard(line);
        await leases.HeardAsync(session);
        return new(runner.LeaseSeconds, line.PausedAhead ?? session.Paused);
    }

    public async Task ReportAsync(HubCallerContext context, CageReport report)
    {
        if (lines.Of(context.ConnectionId) is not { } line || report is null)
            throw Runners.Reports.Refused(Refusals.Unauthenticated);
        var count = context.Items[Reports] as int? ?? 0;
        context.Items[Reports] = count + 1;
        if (count >= MostReports)
            throw Runners.Reports.Refused(Refusals.TooManyRequests("A runner has less to report.", 60));
        await receipts.FileAsync(line.Session.Id, Runners.Reports.Read(report));
    }

    private async Task<SessionState?> SessionAsync(HubCallerContext context) =>
        Actors.ActorOf(context.User!) is RunnerActor { Session: var id } ? (await reader.SessionAsync(id))?.Session : null;

    private static partial class Log
    {
        [LoggerMessage(1602, LogLevel.Error, "Two hold the runner token of session {Session}: one whose place was taken is still there")]
        public static partial void Contested(ILogger logger, Guid session);
    }
}
