using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentApprovals.Data.Storage;

/// <summary>
/// A prepared statement of SQLite's own interface (sqlite.org/c3ref), bound by position: on the way of every submission
/// ADO.NET's search for each parameter by name costs as much as the insert.
/// </summary>
public sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection, sql, out _statement), _connection);
    }

    /// <summary>Binds the parameter at <paramref name="index"/>, counted from 0.</summary>
    public void Bind(int index, object? value)
    {
        index++;
        SqliteException.ThrowExceptionForRC(value switch
        {
            null or DBNull => raw.sqlite3_bind_null(_statement, index),
            string text => raw.sqlite3_bind_text(_statement, index, text),
            byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
            long number => raw.sqlite3_bind_int64(_statement, index, number),
            int number => raw.sqlite3_bind_int64(_statement, index, number),
            bool flag => raw.sqlite3_bind_int64(_statement, index, flag ? 1 : 0),
            Enum named => raw.sqlite3_bind_int64(_statement, index, Convert.ToInt64(named, System.Globalization.CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException($"{value.GetType().Name} is no type of a column.", nameof(value)),
        }, _connection);
    }

    /// <summary>Runs it with what is bound; how many rows it changed.</summary>
    public int Execute()
    {
        var code = raw.sqlite3_step(_statement);
        // Reset gives the same error again, and what it says stays readable.
        raw.sqlite3_reset(_statement);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            SqliteException.ThrowExceptionForRC(code, _connection);
        return raw.sqlite3_changes(_connection);
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public long? Find()
    {
        var code = raw.sqlite3_step(_statement);
        long? found = code == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : null;
        raw.sqlite3_reset(_statement);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            SqliteException.ThrowExceptionForRC(code, _connection);
        return found;
    }

    public void Dispose() => _statement.Dispose();
}
