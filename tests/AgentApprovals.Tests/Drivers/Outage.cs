using System.Data.Common;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Tests.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentApprovals.Tests.Drivers;

/// <summary>A console whose database goes away and comes back as the test says: nothing is read and nothing is written meanwhile.</summary>
internal sealed class Outage : DbConnectionInterceptor, IAsyncDisposable
{
    private volatile bool _isOn;

    public Outage(string? folder = null) => Console = new(timer: false, hangfire: false, folder: folder, losesContact: true, settings: new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "None" }, services: services =>
    {
        var own = services.Single(s => s.ServiceType == typeof(ILedgerStore));
        services.Replace(ServiceDescriptor.Singleton<ILedgerStore>(s => Store = new((ILedgerStore)own.ImplementationFactory!(s)) { Before = _ => Fail() }));
        services.ConfigureDbContext<LedgerContext>(o => o.AddInterceptors(this));
    });

    public TestConsole Console { get; }

    public StoreDriver? Store { get; private set; }

    public void Begin() => _isOn = true;

    public void End() => _isOn = false;

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        _ = Fail();
        return result;
    }

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await Fail();
        return result;
    }

    public ValueTask DisposeAsync() => Console.DisposeAsync();

    private Task Fail() => _isOn ? throw Suite.Unreachable() : Task.CompletedTask;
}
