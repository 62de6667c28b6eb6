using System.Buffers;
using System.Data;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using Microsoft.Data.SqlClient;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// One batch as one parameterised batch of T-SQL, which the server starts when it has all of it and commits by itself: it locks the head,
/// asks the clock, and where both still stand writes each table's rows as a set. Rows come as JSON, an array for each
/// (OPENJSON); their bytes as one value, of which a row names its piece, so that nothing of them is encoded. The text depends on
/// which tables are touched, not on how many rows, so the server keeps its plan.
/// </summary>
internal sealed class SqlServerBatch
{
    /// <summary>What is thrown where a row to change is not there.</summary>
    public const int RowMissing = 50001;

    public const string Clock = "DATEDIFF_BIG(millisecond, CAST('1970-01-01' AS datetime2), SYSUTCDATETIME())";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _sql = new();
    private readonly List<SqlParameter> _parameters = [];
    private readonly ArrayBufferWriter<byte> _bytes = new();

    private SqlServerBatch()
    {
    }

    /// <summary>The batch; its one result says whether it was written.</summary>
    public static SqlCommand Of(Head expected, LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables)
    {
        var it = new SqlServerBatch();
        it._sql.Append("""
            SET XACT_ABORT ON;
            SET NOCOUNT ON;
            SET LOCK_TIMEOUT 1500;
            DECLARE @isYoung bit = 0, @isWritten bit = 0, @head bigint;
            BEGIN TRANSACTION;

            """);
        it.MoveHead(expected, batch);
        foreach (var (table, rows) in BatchRows.Inserted(batch, tables))
            it.Insert(table, rows);
        foreach (var (table, rows) in BatchRows.Updated(batch, tables))
            it.Update(table, rows);
        foreach (var (table, rows) in BatchRows.Kept(batch, tables))
            it.Keep(table, rows, c => $"t.{c} = v.{c}");
        it.Write(batch, tables);
        it._sql.Append("""
            END;
            COMMIT TRANSACTION;
            SELECT @isWritten;
            """);
        it._parameters.Add(new("@bytes", SqlDbType.VarBinary, -1) { Value = it._bytes.WrittenSpan.ToArray() });
        var command = new SqlCommand(it._sql.ToString());
        command.Parameters.AddRange(it._parameters.ToArray());
        return command;
    }

    private void MoveHead(Head expected, LedgerBatch batch)
    {
        var next = batch.Head;
        var (sequence, at, offset) = (Bind(next.Sequence), Bind(next.At.Milliseconds), Bind(next.ClockOffset));
        var hash = Bind("@hash", SqlDbType.VarBinary, -1, next.Hash);
        var limit = Bind(batch.Clock + ILedgerStore.MostAge);
        // The head is locked first, however long that takes; then the clock is asked.
        Line("SELECT @head = [Sequence] FROM [head] WITH (UPDLOCK, HOLDLOCK) WHERE [Id] = 1;");
        Line($"SELECT @isYoung = 1 WHERE {Clock} <= {limit};");
        Line($"IF @isYoung = 1 AND COALESCE(@head, 0) = {Bind(expected.Sequence)}");
        Line("BEGIN");
        Line(expected.Sequence == 0
            ? $"INSERT INTO [head] ([Id], [Sequence], [Hash], [At], [ClockOffset]) VALUES (1, {sequence}, {hash}, {at}, {offset});"
            : $"UPDATE [head] SET [Sequence] = {sequence}, [Hash] = {hash}, [At] = {at}, [ClockOffset] = {offset} WHERE [Id] = 1;");
        Line("SET @isWritten = 1;");
    }

    private void Insert(TableMap table, IReadOnlyList<object> rows) => Insert(table, Rows(table, rows), "");

    private void Insert(TableMap table, string rows, string where) =>
        Line($"INSERT INTO [{table.Name}] ({Columns(table, c => c)}) SELECT {Columns(table, c => $"v.{c}")} FROM {rows}{where};");

    private void Update(TableMap table, IReadOnlyList<object> rows)
    {
        Update(table, Rows(table, rows), c => $"t.{c} = v.{c}");
        Line($"IF @@ROWCOUNT <> {Bind(rows.Count)} THROW {RowMissing}, 'A row to change is not in the database.', 1;");
    }

    /// <summary>One step down the index for each row, however large the table is thought to be.</summary>
    private void Update(TableMap table, string rows, Func<string, string> set) =>
        Line($"UPDATE t SET {string.Join(", ", table.Columns.Where((_, i) => !table.Keys.Contains(i)).Select(c => set($"[{c}]")))} FROM {rows} INNER LOOP JOIN [{table.Name}] AS t ON {Same(table)};");

    /// <summary>Rows that may be there: changed, or else put in. The head is locked, so nobody else does either meanwhile.</summary>
    private void Keep(TableMap table, IReadOnlyList<object> rows, Func<string, string> set)
    {
        var from = Rows(table, rows);
        Update(table, from, set);
        Insert(table, from, $" WHERE NOT EXISTS (SELECT 1 FROM [{table.Name}] AS t WHERE {Same(table)})");
    }

    private void Write(LedgerBatch batch, IReadOnlyDictionary<Type, TableMap> tables)
    {
        if (BatchRows.Words(batch) is var (agents, words) && agents.Count > 0)
        {
            var table = tables[typeof(AgentWordRow)];
            Line($"DELETE FROM [{table.Name}] WHERE [AgentSequence] IN (SELECT [value] FROM OPENJSON({Text(JsonSerializer.Serialize(agents))}) WITH ([value] bigint '$'));");
            Insert(table, words);
        }

        if (batch.Fleet.Count > 0)
            Keep(tables[typeof(FleetCountRow)], [.. batch.Fleet.Select(f => new FleetCountRow { Day = f.Day, Name = f.Name, Count = f.By })], c => $"t.{c} = t.{c} + v.{c}");
        if (batch.Purged.Count > 0)
            Line($"UPDATE [contents] SET [Bytes] = NULL WHERE [Part] <> {(int)ContentPart.Document} AND [Sequence] IN (SELECT [value] FROM OPENJSON({Text(JsonSerializer.Serialize(batch.Purged))}) WITH ([value] bigint '$'));");
    }

    /// <summary>Rows as a table <c>v</c> with the columns of theirs.</summary>
    private string Rows(TableMap table, IReadOnlyList<object> rows)
    {
        var columns = table.Columns.Select((c, i) => table.Types[i] == typeof(byte[])
            ? (Selected: $"SUBSTRING(@bytes, j.[at{i}], j.[length{i}]) AS [{c}]", Typed: $"[at{i}] int '$[{i}][0]', [length{i}] int '$[{i}][1]'")
            : (Selected: $"j.[{c}]", Typed: $"[{c}] {TypeOf(table.Types[i])} '$[{i}]'")).ToList();
        return $"(SELECT {string.Join(", ", columns.Select(c => c.Selected))} FROM OPENJSON({Text(Json(table, rows))}) WITH ({string.Join(", ", columns.Select(c => c.Typed))}) AS j) AS v";
    }

    private string Json(TableMap table, IReadOnlyList<object> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                for (var i = 0; i < table.Columns.Count; i++)
                    Write(json, table.Read(row, i));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteNumberValue(flag ? 1 : 0);
                break;
            case byte[] bytes:
                // Where it begins, counted from 1, and how long it is.
                json.WriteStartArray();
                json.WriteNumberValue(_bytes.WrittenCount + 1);
                json.WriteNumberValue(bytes.Length);
                json.WriteEndArray();
                _bytes.Write(bytes);
                break;
            default:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string TypeOf(Type type) =>
        type == typeof(long) ? "bigint" : type == typeof(int) ? "int" : type == typeof(bool) ? "bit" : "nvarchar(max)";

    /// <summary>What JSON says has the database's own collation, whatever that is; keys are compared as they are stored.</summary>
    private static string Same(TableMap table) => string.Join(" AND ", table.Keys.Select(k =>
        $"t.[{table.Columns[k]}] = v.[{table.Columns[k]}]{(table.Types[k] == typeof(string) ? $" COLLATE {Dialect.SqlServerBinary}" : "")}"));

    private static string Columns(TableMap table, Func<string, string> each) => string.Join(", ", table.Columns.Select(c => each($"[{c}]")));

    private string Text(string json) => Bind($"@p{_parameters.Count}", SqlDbType.NVarChar, -1, json);

    private string Bind(long value) => Bind($"@p{_parameters.Count}", SqlDbType.BigInt, 0, value);

    private string Bind(string name, SqlDbType type, int size, object value)
    {
        _parameters.Add(new(name, type, size) { Value = value });
        return name;
    }

    private void Line(string sql) => _sql.Append(sql).Append('\n');
}
