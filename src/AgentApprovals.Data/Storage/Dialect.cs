using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AgentApprovals.Data.Storage;

/// <summary>What engines spell differently of the same tables.</summary>
internal static class Dialect
{
    public const string SqlServerBinary = "Latin1_General_100_BIN2";
    private const string PostgresBinary = "C";

    /// <summary>
    /// Machines compare these strings: they are equal where their bytes are, and sorted by them, whatever the database's own order is.
    /// SQLite does so by itself. Filters of indexes, written as the standard and SQLite have them, get SQL Server's brackets and N''.
    /// </summary>
    public static void Speak(this ModelBuilder model, LedgerContext db)
    {
        var collation = db.Database.IsSqlServer() ? SqlServerBinary : db.Database.IsNpgsql() ? PostgresBinary : null;
        if (collation is null)
            return;
        foreach (var property in model.Model.GetEntityTypes().SelectMany(t => t.GetProperties()).Where(IsText))
            property.SetCollation(collation);
        if (!db.Database.IsSqlServer())
            return;
        foreach (var index in model.Model.GetEntityTypes().SelectMany(t => t.GetIndexes()))
        {
            if (index.GetFilter() is { } filter)
                index.SetFilter(InSqlServer(filter));
        }
    }

    private static bool IsText(IReadOnlyProperty property) =>
        (property.GetValueConverter()?.ProviderClrType ?? property.ClrType) == typeof(string);

    private static string InSqlServer(string filter)
    {
        var parts = filter.Split('"');
        for (var i = 1; i < parts.Length; i += 2)
            parts[i] = $"[{parts[i]}]";
        return string.Concat(parts).Replace(" = '", " = N'", StringComparison.Ordinal);
    }
}
