using Microsoft.SqlServer.Dac.Model;
using Index = Microsoft.SqlServer.Dac.Model.Index;

namespace AgentApprovals.Tests.SqlServer;

/// <summary>A schema as SQL Server 2022 would have it, without one: DacFx's model of it, and what DacFx does not look at.</summary>
internal sealed class SqlServerSchema : IDisposable
{
    private const int MostIndexBytes = 1700;
    private const int MostClusteredBytes = 900;

    private readonly TSqlModel _model = new(SqlServerVersion.Sql160, new TSqlModelOptions());

    public SqlServerSchema(string script) => _model.AddObjects(script);

    public int Tables => _model.GetObjects(DacQueryScopes.UserDefined, Table.TypeClass).Count();

    public int Indexes => _model.GetObjects(DacQueryScopes.UserDefined, Index.TypeClass).Count();

    public void Dispose() => _model.Dispose();

    /// <summary>Everything that is wrong with it; empty: nothing.</summary>
    public IReadOnlyList<string> Faults() => [.. _model.Validate().Select(m => $"{m.Prefix}{m.Number}: {m.Message}"), .. Keys(), .. Cascades()];

    private IEnumerable<string> Keys() => Keyed(Index.TypeClass, Index.Columns, Index.Clustered)
        .Concat(Keyed(PrimaryKeyConstraint.TypeClass, PrimaryKeyConstraint.Columns, PrimaryKeyConstraint.Clustered))
        .Concat(Keyed(UniqueConstraint.TypeClass, UniqueConstraint.Columns, UniqueConstraint.Clustered));

    private IEnumerable<string> Keyed(ModelTypeClass type, ModelRelationshipClass columns, ModelPropertyClass clustered)
    {
        foreach (var key in _model.GetObjects(DacQueryScopes.UserDefined, type))
        {
            var of = key.GetReferenced(columns).ToList();
            foreach (var column in of.Where(c => c.GetProperty<bool>(Column.IsMax)))
                yield return $"{key.Name}: {column.Name} has no end and is part of a key.";
            var (bytes, most) = (of.Sum(Bytes), key.GetProperty<bool>(clustered) ? MostClusteredBytes : MostIndexBytes);
            if (bytes > most)
                yield return $"{key.Name}: its key may have {bytes} bytes, of {most}.";
        }
    }

    private static int Bytes(TSqlObject column)
    {
        var length = column.GetProperty<int>(Column.Length);
        return column.GetReferenced(Column.DataType).Single().Name.Parts[^1].ToLowerInvariant() switch
        {
            "bigint" or "datetime2" or "float" => 8,
            "int" => 4,
            "bit" => 1,
            "nvarchar" or "nchar" => length * 2,
            "varchar" or "char" or "varbinary" or "binary" => length,
            var other => throw new NotSupportedException($"{column.Name} is {other}: say how long it is."),
        };
    }

    /// <summary>SQL Server refuses a table that two paths of cascades lead to.</summary>
    private IEnumerable<string> Cascades()
    {
        var cascading = _model.GetObjects(DacQueryScopes.UserDefined, ForeignKeyConstraint.TypeClass)
            .Where(f => f.GetProperty<ForeignKeyAction>(ForeignKeyConstraint.DeleteAction) != ForeignKeyAction.NoAction || f.GetProperty<ForeignKeyAction>(ForeignKeyConstraint.UpdateAction) != ForeignKeyAction.NoAction)
            .Select(f => (From: f.GetReferenced(ForeignKeyConstraint.ForeignTable).Single().Name.ToString(), To: f.GetReferenced(ForeignKeyConstraint.Host).Single().Name.ToString()))
            .ToLookup(f => f.From, f => f.To);
        foreach (var root in cascading.Select(c => c.Key))
        {
            var reached = new HashSet<string> { root };
            var left = new Queue<string>([root]);
            while (left.TryDequeue(out var from))
            {
                foreach (var to in cascading[from])
                {
                    if (reached.Add(to))
                        left.Enqueue(to);
                    else
                        yield return $"{to}: two cascades from {root} lead to it.";
                }
            }
        }
    }
}
