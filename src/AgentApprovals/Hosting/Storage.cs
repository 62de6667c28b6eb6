using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Security;
using AgentApprovals.Stops;
using AgentApprovals.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Hosting;

/// <summary>The ledger and its database, and the keys that stand outside it.</summary>
internal static class Storage
{
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        if (SettingsFaults.Of(builder.Configuration) is { Count: > 0 } faults)
            throw new StartRefusedException($"The console does not start with this configuration:\n{string.Join('\n', faults)}");
        builder.Services.AddSingleton<TimeProvider, BootTime>();
        builder.Services.Configure<DatabaseSettings>(builder.Configuration.GetSection(DatabaseSettings.Section));
        builder.Services.Configure<SetupSettings>(builder.Configuration.GetSection(SetupSettings.Section));
        builder.Services.Configure<PolicySettings>(builder.Configuration.GetSection(PolicySettings.Section));
        builder.Services.Configure<RetentionSettings>(builder.Configuration.GetSection(RetentionSettings.Section));
        builder.Services.Configure<DeadlineSettings>(builder.Configuration.GetSection(DeadlineSettings.Section));
        builder.Services.Configure<WebhookSettings>(builder.Configuration.GetSection(WebhookSettings.Section));
        // It logs addresses with their queries, and a one-time link or a browser's token stands in one.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    public static IServiceCollection AddLedgerStorage(this IServiceCollection services)
    {
        services.AddSingleton<DatabasePlace>();
        services.AddPooledDbContextFactory<LedgerContext>((s, o) =>
        {
            var place = s.GetRequiredService<DatabasePlace>();
            o.UseLedger(place.Engine, place.ConnectionString);
        });
        services.AddSingleton<ILedgerStore>(s =>
        {
            using var db = s.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContext();
            var place = s.GetRequiredService<DatabasePlace>();
            return place.Engine.OpenStore(place.ConnectionString, TableMap.Of(db.Model), s.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(s => new LedgerOptions(s.GetRequiredService<IOptions<PolicySettings>>().Value.MinimumWindowSeconds, IsShared: s.GetRequiredService<DatabasePlace>().IsShared));
        services.AddSingleton(s => new LedgerClock(s.GetRequiredService<TimeProvider>(), s.GetRequiredService<DatabasePlace>().IsShared));
        services.AddSingleton<LedgerBatches>();
        services.AddSingleton(s => new Contact(s.GetRequiredService<DatabasePlace>().IsShared, new BootTime()));
        services.AddSingleton(ThisNode.New());
        services.AddSingleton<FeedTail>();
        services.AddSingleton<StopSpool>();
        services.AddSingleton<StopSocket>();
        services.AddSingleton<Intake>();
        services.AddSingleton<Feed>();
        services.AddSingleton<ForeignEntries>();
        services.AddSingleton<Reader>();
        services.AddSingleton<ChainCheck>();
        services.AddSingleton<Data.Ledger.Ledger>();
        // The order is that of starting: writer, tail, first entries, stops that lay in the spool.
        services.AddSingleton<DatabaseStart>();
        services.AddHostedService(s => s.GetRequiredService<Data.Ledger.Ledger>());
        services.AddHostedService(s => s.GetRequiredService<FeedTail>());
        services.AddHostedService<FirstStart>();
        services.AddHostedService<SpoolKeeper>();
        services.AddHostedService<DemoGuard>();
        services.AddSingleton(s => StopSettings.Of(s.GetRequiredService<IConfiguration>()));
        services.AddSingleton(s =>
        {
            var place = s.GetRequiredService<DatabasePlace>();
            return KeyFile.Open(place.KeyFile, mayMake: place.File is not null);
        });
        services.AddDataProtection().SetApplicationName("AgentApprovals").PersistKeysToDbContext<LedgerContext>();
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, KeyRingEncryptor>();
        services.AddScoped(s => s.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContext());
        return services;
    }
}
