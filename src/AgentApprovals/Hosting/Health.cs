using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentApprovals.Hosting;

/// <summary>Whether the process lives, and whether it can do its work; with reasons.</summary>
internal static class Health
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database")
            .AddCheck<WriterHealth>("ledger writer")
            .AddCheck<JobHealth>("job server");
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(r => r.AddService("agent-approvals"));
        // Exported only where the operator said where to (OTEL_EXPORTER_OTLP_ENDPOINT).
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is null)
            return;
        telemetry.WithTracing(t => t.AddAspNetCoreInstrumentation().AddOtlpExporter())
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddOtlpExporter());
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString().ToLowerInvariant(),
        checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString().ToLowerInvariant(), reason = e.Value.Description }),
    });

    private sealed class DatabaseHealth(IDbContextFactory<LedgerContext> contexts) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            return await db.Database.CanConnectAsync(cancellationToken)
                ? HealthCheckResult.Healthy("It answers.")
                : HealthCheckResult.Unhealthy("It can't be reached.");
        }
    }

    private sealed class WriterHealth(Data.Ledger.Ledger ledger, Feed feed) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(ledger.IsReady
                ? HealthCheckResult.Healthy($"It takes commands; the feed stands at {feed.Position}.")
                : HealthCheckResult.Unhealthy("It has not read the ledger's head yet."));
    }

    private sealed class JobHealth(Deadlines.DeadlineClock clock) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(clock.IsRunning ? HealthCheckResult.Healthy("A clock is running.") : HealthCheckResult.Degraded("No clock writes down what is due; what is due holds all the same."));
    }
}
