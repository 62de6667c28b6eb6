using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Xunit;

namespace AgentApprovals.Tests.SqlServer;

/// <summary>What would be said of the schema by SQL Server 2022, asked without one.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void The_tables_are_what_SQL_Server_2022_takes()
    {
        using var db = Context();
        using var schema = new SqlServerSchema(db.Database.GenerateCreateScript());
        Assert.Empty(schema.Faults());
        Assert.Equal(db.Model.GetEntityTypes().Count(), schema.Tables);
        Assert.Equal(db.Model.GetEntityTypes().Sum(t => t.GetIndexes().Count()), schema.Indexes);
    }

    [Theory]
    [InlineData("CREATE TABLE a (b bigint NOT NULL REFERENCES nobody (c));", "nobody")]
    [InlineData("CREATE TABLE a (b bigint NOT NULL PRIMARY KEY, c nvarchar(851) NOT NULL);\nGO\nCREATE INDEX i ON a (c);", "may have 1702 bytes, of 1700")]
    [InlineData("CREATE TABLE a (b nvarchar(451) NOT NULL PRIMARY KEY);", "may have 902 bytes, of 900")]
    [InlineData("CREATE TABLE a (b bigint NOT NULL PRIMARY KEY, c nvarchar(max) NOT NULL);\nGO\nCREATE INDEX i ON a (c);", "has no end")]
    [InlineData("""
        CREATE TABLE a (b bigint NOT NULL PRIMARY KEY);
        GO
        CREATE TABLE c (b bigint NOT NULL PRIMARY KEY REFERENCES a (b) ON DELETE CASCADE);
        GO
        CREATE TABLE d (b bigint NOT NULL REFERENCES a (b) ON DELETE CASCADE, e bigint NOT NULL REFERENCES c (b) ON DELETE CASCADE);
        """, "two cascades")]
    public void What_it_would_not_take_is_found(string script, string fault)
    {
        using var schema = new SqlServerSchema(script);
        Assert.Contains(schema.Faults(), f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void What_machines_compare_is_compared_by_its_bytes()
    {
        using var db = Context();
        var texts = db.GetService<IDesignTimeModel>().Model.GetEntityTypes().SelectMany(t => t.GetProperties()).Where(p => (p.GetTypeMapping().Converter?.ProviderClrType ?? p.ClrType) == typeof(string)).ToList();
        Assert.NotEmpty(texts);
        Assert.All(texts, t => Assert.Equal("Latin1_General_100_BIN2", t.GetCollation()));
    }

    internal static LedgerContext Context() => new(new DbContextOptionsBuilder<LedgerContext>().UseLedger(DatabaseEngine.SqlServer, "Server=.").Options);
}
