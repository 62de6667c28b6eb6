using AgentApprovals.Client.Runner;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Runners;

/// <summary>Where runners connect, by their runner token and by nothing else. What they are told is in <see cref="RunnerHub"/>.</summary>
[Authorize(SecuritySetup.Runners)]
public sealed class SupervisionHub(Supervision supervision) : Hub
{
    public override async Task OnConnectedAsync()
    {
        await supervision.EnterAsync(Context);
        await base.OnConnectedAsync();
    }

    /// <summary>The runner is there; the answer lets its agent go on.</summary>
    public Task<Lease> Renew() => supervision.RenewAsync(Context);

    /// <summary>What the runner did by itself.</summary>
    public Task Report(CageReport report) => supervision.ReportAsync(Context, report);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        supervision.Leave(Context);
        return base.OnDisconnectedAsync(exception);
    }
}
