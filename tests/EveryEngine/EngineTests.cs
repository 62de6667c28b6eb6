using AgentApprovals.Data.Storage;
using AgentApprovals.Databases;
using AgentApprovals.Tests;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.EveryEngine;

/// <summary>That the tests beside these run on the engine that they are meant for.</summary>
public sealed class EngineTests
{
    private static readonly Lazy<string?> WhyNot = new(() =>
    {
        try
        {
            _ = Suite.Server;
            return null;
        }
        catch (NoServerException e)
        {
            return e.Message;
        }
    });

    /// <summary>Why the engine's tests can't run here; null: they can.</summary>
    internal static string? Missing => WhyNot.Value;

    [Fact]
    public void A_database_leads_to_the_engine_s_own_driver()
    {
        using var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(Suite.Engine, Suite.Anywhere).Options);
        Assert.Equal(Suite.Driver, db.Database.ProviderName);
    }

    [Fact]
    public async Task A_console_of_these_tests_keeps_its_ledger_on_a_server_of_the_engine()
    {
        Assert.SkipWhen(Missing is not null, $"{Missing} None of the tests that run on each engine ran on {Suite.Engine}.");
        await using var console = new TestConsole(timer: false, hangfire: false);
        await Scene.SetAsync(console);
        await using var db = await console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Suite.Driver, db.Database.ProviderName);
        Assert.NotEmpty(await db.Entries.ToListAsync(TestContext.Current.CancellationToken));
    }
}
