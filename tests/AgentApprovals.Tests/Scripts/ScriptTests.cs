using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace AgentApprovals.Tests.Scripts;

/// <summary>
/// What a DBA runs on a server is what the migrations say. After a migration: run these with WRITE_SCRIPTS=1, which writes the scripts anew, and
/// look at what changed.
/// </summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData(DatabaseEngine.PostgreSql, "Host=localhost")]
    [InlineData(DatabaseEngine.SqlServer, "Server=.")]
    public async Task The_script_is_that_of_the_migrations(DatabaseEngine engine, string anywhere)
    {
        await using var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(engine, anywhere).Options);
        var file = Path.Combine(Root(), "db", engine.ToString(), "agent-approvals.sql");
        if (Environment.GetEnvironmentVariable("WRITE_SCRIPTS") == "1")
            await File.WriteAllTextAsync(file, SchemaScript.Of(db), TestContext.Current.CancellationToken);
        Assert.Equal(SchemaScript.Of(db), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(DatabaseEngine.PostgreSql, "Host=localhost")]
    [InlineData(DatabaseEngine.SqlServer, "Server=.")]
    public void The_migrations_of_each_server_make_the_model(DatabaseEngine engine, string anywhere)
    {
        using var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseLedger(engine, anywhere).Options);
        Assert.False(db.Database.HasPendingModelChanges());
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgentApprovals.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
