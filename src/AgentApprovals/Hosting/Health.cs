using Microsoft.AspNetCore.Diagnostics.HealthChecks;
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
            .AddCheck<JobHealth>("jobServer")
            .AddCheck<WriterHealth>("ledgerWriter")
            .AddCheck<FeedHealth>("feed")
            .AddCheck<IntakeHealth>("intake")
            .AddCheck<ClockHealth>("clock")
            .AddCheck<ChainHealth>("chain");
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
}
