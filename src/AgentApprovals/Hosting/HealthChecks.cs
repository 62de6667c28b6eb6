using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Ledger;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Hosting;

/// <summary>The database answers a question.</summary>
internal sealed class DatabaseHealth(IDbContextFactory<LedgerContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Heads.AsNoTracking().AnyAsync(cancellationToken)
            ? HealthCheckResult.Healthy("It answers.")
            : HealthCheckResult.Unhealthy("It holds no ledger.");
    }
}

/// <summary>The writer takes a command that changes nothing, and answers it.</summary>
internal sealed class WriterHealth(Data.Ledger.Ledger ledger) : IHealthCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await ledger.CommitAsync(new OpenLedger()).WaitAsync(Longest, cancellationToken)).Refusal is { } refusal
                ? HealthCheckResult.Unhealthy(refusal.Detail)
                : HealthCheckResult.Healthy("It takes commands.");
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy($"It has not answered for {Longest.TotalSeconds} seconds.");
        }
        catch (LedgerUnavailableException)
        {
            return HealthCheckResult.Unhealthy("It can't reach the database.");
        }
    }
}

/// <summary>The feed has told all that is written.</summary>
internal sealed class FeedHealth(Feed feed, IDbContextFactory<LedgerContext> contexts) : IHealthCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var head = await db.Heads.AsNoTracking().Select(h => h.Sequence).SingleOrDefaultAsync(cancellationToken);
        var moved = feed.MovedAsync();
        if (feed.Position < head)
            await Task.WhenAny(moved, Task.Delay(Longest, cancellationToken));
        return feed.Position >= head
            ? HealthCheckResult.Healthy($"It stands at {feed.Position}.")
            : HealthCheckResult.Unhealthy($"It stands at {feed.Position}, and the ledger at {head}.");
    }
}

/// <summary>Agents are let in: the database was reached lately, and no stop waits to be recorded.</summary>
internal sealed class IntakeHealth(Intake intake) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        intake.ClosedBecause is { } why ? HealthCheckResult.Unhealthy(why) : HealthCheckResult.Healthy("Agents are let in."));
}

/// <summary>Somebody takes jobs.</summary>
internal sealed class JobHealth(JobStorage jobs, IOptions<DeadlineSettings> settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        jobs.GetMonitoringApi().Servers().Count == 0 ? HealthCheckResult.Unhealthy("No job server runs; what is due holds all the same.")
        : settings.Value.Hangfire ? HealthCheckResult.Healthy("It takes jobs.")
        : HealthCheckResult.Degraded("It takes jobs, and deadlines are kept from it (Deadlines:Hangfire); what is due holds all the same."));
}

/// <summary>The daily check found the chain whole. A broken one does not end the work: stopping and denying go on.</summary>
internal sealed class ChainHealth(Upkeep upkeep) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(upkeep.Checked switch
    {
        null => HealthCheckResult.Healthy("It was not looked at yet since the start."),
        { Valid: true } whole => HealthCheckResult.Healthy($"It held up to entry {whole.Head.Sequence}."),
        var broken => HealthCheckResult.Degraded($"It is broken at entry {broken.FirstInvalid}: the ledger was changed from outside, or entries are missing."),
    });
}

/// <summary>No jump of the clock waits to be accepted.</summary>
internal sealed class ClockHealth(LedgerClock clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var jumped = clock.Absorbed;
        return Task.FromResult(jumped == TimeSpan.Zero
            ? HealthCheckResult.Healthy("Ledger time is the clock's time.")
            : HealthCheckResult.Degraded($"The clock jumped: it is {Math.Abs((long)jumped.TotalSeconds)} s {(jumped > TimeSpan.Zero ? "ahead of" : "behind")} ledger time, which runs on without a step until an administrator accepts the clock."));
    }
}
