using AgentApprovals.Domain.Sessions;
using AgentApprovals.Live;
using AgentApprovals.Security;

namespace AgentApprovals.Gateway;

/// <summary>Cuts what a session still has on its way to a target when it has ended or expired: an answer without end would outlive the right to it.</summary>
internal sealed class GatewayWatch(Connections connections, Roster roster, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            connections.CutOff(ConnectionKind.Gateway, session => roster.Now(roster.Known(session.Id) ?? session).Status is SessionStatus.Ended or SessionStatus.Expired);
    }
}
