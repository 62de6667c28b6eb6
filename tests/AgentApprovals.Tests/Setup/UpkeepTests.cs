using System.Net;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Ledger;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>What the console does to its ledger by itself, with the clock in the test's hand.</summary>
public sealed class UpkeepTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public UpkeepTests() => _console = new(_clock, timer: false, hangfire: false, services: s => s.Configure<RetentionSettings>(r => r.PayloadDays = 1));

    private Upkeep Upkeep => _console.Services.GetRequiredService<Upkeep>();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_checkpoint_is_taken_once_a_day_however_often_it_is_looked()
    {
        await Scene.SetAsync(_console);
        await Upkeep.RunAsync(CancellationToken.None);
        Assert.Equal(0, await CountAsync(Kinds.LedgerCheckpoint));
        _clock.Advance(TimeSpan.FromHours(24));
        await Upkeep.RunAsync(CancellationToken.None);
        await Upkeep.RunAsync(CancellationToken.None);
        Assert.Equal(1, await CountAsync(Kinds.LedgerCheckpoint));
        _clock.Advance(TimeSpan.FromHours(24));
        await Upkeep.RunAsync(CancellationToken.None);
        Assert.Equal(2, await CountAsync(Kinds.LedgerCheckpoint));
    }

    [Fact]
    public async Task A_broken_chain_is_never_signed_and_health_says_where_it_broke()
    {
        await Scene.SetAsync(_console);
        await using var db = await _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await db.ChangeAsync(3, e => e.SetProperty(x => x.Hash, new byte[32]));
        _clock.Advance(TimeSpan.FromHours(24));
        await Upkeep.RunAsync(CancellationToken.None);
        Assert.Equal(0, await CountAsync(Kinds.LedgerCheckpoint));
        var health = await _console.Http().GetStringAsync(new Uri(_console.Address, "/health/ready"), TestContext.Current.CancellationToken);
        Assert.Contains("broken at entry 3", health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_older_than_the_retention_are_gone_and_all_else_stands()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var reviewer = await scene.ReviewerAsync();
        var run = await scene.SessionAsync();
        var old = await run.Submitted(Scene.Post("forum://old", new { body = "an old secret" }));
        (await reviewer.Deny(old)).Is(HttpStatusCode.OK);
        var waiting = await run.Submitted(Scene.Post("forum://waiting"));
        _clock.Advance(TimeSpan.FromHours(23));
        var young = await (await scene.SessionAsync()).Submitted(Scene.Post("forum://young"));
        (await reviewer.Deny(young)).Is(HttpStatusCode.OK);
        Assert.Equal(0, await Upkeep.PurgeAsync(CancellationToken.None));
        _clock.Advance(TimeSpan.FromHours(1).Add(TimeSpan.FromSeconds(1)));

        Assert.Equal(1, await Upkeep.PurgeAsync(CancellationToken.None));
        Assert.Equal(0, await Upkeep.PurgeAsync(CancellationToken.None));
        var purged = (await reviewer.Look(old));
        Assert.Null(purged["payload"]);
        Assert.Null(purged["reason"]);
        Assert.Equal((true, "denied", old.Text("payloadDigest")), ((bool)purged["purged"]!, purged.Text("status"), purged.Text("payloadDigest")));
        Assert.NotNull((await reviewer.Look(young))["payload"]);
        Assert.NotNull((await reviewer.Look(waiting))["payload"]);
        Assert.True((bool)(await _console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["valid"]!);
    }

    [Fact]
    public async Task Without_a_retention_everything_is_kept()
    {
        _console.Services.GetRequiredService<IOptions<RetentionSettings>>().Value.PayloadDays = null;
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        var action = await (await scene.SessionAsync()).Submitted();
        (await scene.Admin.Deny(action)).Is(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(0, await Upkeep.PurgeAsync(CancellationToken.None));
    }

    private async Task<int> CountAsync(string kind)
    {
        await using var db = await _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.Entries.CountAsync(e => e.Kind == kind, TestContext.Current.CancellationToken);
    }
}
