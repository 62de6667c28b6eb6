using AgentApprovals.Data.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace AgentApprovals.Data.PostgreSql;

/// <summary>For <c>dotnet ef</c> alone: a context without a database.</summary>
public sealed class DesignTime : IDesignTimeDbContextFactory<LedgerContext>
{
    public LedgerContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<LedgerContext>().UseLedger(DatabaseEngine.PostgreSql, "Host=localhost").Options);
}
