using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using Microsoft.Data.Sqlite;

namespace AgentApprovals.Seeding;

/// <summary>Writes rows straight into the tables of a file that no console has open, in large transactions.</summary>
internal sealed class SeedWriter : IDisposable
{
    private const int Most = 50_000;

    private readonly SqliteConnection _connection;
    private readonly IReadOnlyDictionary<Type, TableMap> _tables;
    private readonly Dictionary<Type, SqliteStatement> _statements = [];
    private SqliteTransaction? _transaction;
    private int _rows;

    public SeedWriter(string file, IReadOnlyDictionary<Type, TableMap> tables)
    {
        _tables = tables;
        _connection = new($"Data Source={file};Pooling=False");
        _connection.Open();
        Run("PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;");
        Sequence = Read("SELECT COALESCE(MAX(Sequence), 0) FROM head");
    }

    /// <summary>Of the last row that was given one.</summary>
    public long Sequence { get; private set; }

    public long Next() => ++Sequence;

    /// <summary>An id as the ledger mints them, for the row that was given a sequence last.</summary>
    public Guid Id(Moment at)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)at.Milliseconds << 16) | 0x7000 | ((ulong)Sequence >> 30));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000_0000_0000_0000 | (((ulong)Sequence & 0x3FFF_FFFF) << 32));
        return new(bytes, bigEndian: true);
    }

    public long Read(string sql)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Write(object row)
    {
        _transaction ??= _connection.BeginTransaction();
        var table = _tables[row.GetType()];
        if (!_statements.TryGetValue(row.GetType(), out var statement))
        {
            _statements[row.GetType()] = statement = new(_connection,
                $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})");
        }

        for (var i = 0; i < table.Columns.Count; i++)
            statement.Bind(i, table.Read(row, i));
        statement.Execute();
        if (++_rows % Most == 0)
            Commit();
    }

    /// <summary>The head stands where the last row does, so that whatever comes is numbered after it.</summary>
    public void Finish()
    {
        Commit();
        Run($"UPDATE head SET Sequence = {Sequence}; PRAGMA wal_checkpoint(TRUNCATE);");
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _transaction?.Dispose();
        _connection.Dispose();
    }

    private void Commit()
    {
        _transaction?.Commit();
        _transaction?.Dispose();
        _transaction = null;
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
