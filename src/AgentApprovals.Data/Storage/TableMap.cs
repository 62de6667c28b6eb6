using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AgentApprovals.Data.Storage;

/// <summary>
/// A table as the ledger's writer sees it: columns and how to read them off a row. Taken from the EF model, so that what is
/// written and what is read can't differ.
/// </summary>
public sealed class TableMap
{
    private readonly Func<object, object?>[] _read;

    private TableMap(IEntityType type)
    {
        var properties = type.GetProperties().ToArray();
        Name = type.GetTableName()!;
        Columns = [.. properties.Select(p => p.GetColumnName())];
        Keys = [.. properties.Select((p, i) => (p, i)).Where(x => x.p.IsPrimaryKey()).Select(x => x.i)];
        Types = [.. properties.Select(StoredType)];
        _read = [.. properties.Select(Reader)];
    }

    public string Name { get; }
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What each column stores: long, int, bool, string or byte[].</summary>
    public IReadOnlyList<Type> Types { get; }

    /// <summary>Indexes of the columns that are the primary key.</summary>
    public IReadOnlyList<int> Keys { get; }

    public static IReadOnlyDictionary<Type, TableMap> Of(IModel model) =>
        model.GetEntityTypes().ToDictionary(t => t.ClrType, t => new TableMap(t));

    /// <summary>The value of a column in the form the engine stores; null for SQL's NULL.</summary>
    public object? Read(object row, int column) => _read[column](row);

    private static Type StoredType(IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? typeof(int) : type;
    }

    private static Func<object, object?> Reader(IProperty property)
    {
        var getter = property.GetGetter();
        var converter = property.GetTypeMapping().Converter;
        return row => getter.GetClrValue(row) is { } value
            ? converter is null ? value : converter.ConvertToProvider(value)
            : null;
    }
}
