using System.Net;
using System.Text;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Ledger;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Webhooks;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Embedded;

/// <summary>What a copy of the embedded database's files holds, and how it finds its way in them.</summary>
public sealed class FileTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly TestConsole _console;

    public FileTests() => _console = new(_clock, timer: false, hangfire: false, services: s => s.Configure<RetentionSettings>(r => r.PayloadDays = 1), settings: WebhookStage.Allowing());

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Words_older_than_the_retention_are_not_in_the_file_either()
    {
        var scene = await Scene.SetAsync(_console, new[] { Scene.Rule() });
        (await scene.Admin.Deny(await (await scene.SessionAsync()).Submitted(Scene.Post("forum://old", new { body = "an old secret" })))).Is(HttpStatusCode.OK);
        Assert.Contains("an old secret", await ReadAsync(), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(1, await _console.Services.GetRequiredService<Upkeep>().PurgeAsync(CancellationToken.None));

        // Pages that were freed are written over.
        await using (var db = await OpenAsync())
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("an old secret", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_s_secret_stands_in_them_encrypted_alone()
    {
        var secret = (await _console.Admin.RegisterAsync("https://93.184.216.34/", null, "webhook.test")).Text("secret");
        var files = await ReadAsync();
        Assert.Contains("https://93.184.216.34/", files, StringComparison.Ordinal);
        Assert.DoesNotContain(secret["whsec_".Length..], files, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", files, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_checkpoint_is_found_without_a_walk_through_the_ledger()
    {
        await Scene.SetAsync(_console);
        await using var db = await OpenAsync();
        var asked = db.Entries.Where(e => e.Kind == Kinds.LedgerCheckpoint).OrderByDescending(e => e.Sequence).ToQueryString();
        await using var plan = db.Database.GetDbConnection().CreateCommand();
        plan.CommandText = $"EXPLAIN QUERY PLAN {asked}";
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var rows = await plan.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await rows.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains("IX_entries_Kind_Sequence", rows.GetString(3), StringComparison.Ordinal);
    }

    private Task<LedgerContext> OpenAsync() => _console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);

    /// <summary>The database's file and what is not yet in it.</summary>
    private async Task<string> ReadAsync()
    {
        var read = new StringBuilder();
        var database = new SqliteConnectionStringBuilder(_console.Database).DataSource;
        foreach (var file in new[] { database, $"{database}-wal" })
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            read.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        return read.ToString();
    }
}
