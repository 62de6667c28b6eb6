using System.Data;
using System.Runtime.CompilerServices;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Data;
using AgentApprovals.Tests.Drivers;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace AgentApprovals.Tests.SqlServer;

/// <summary>Every statement that the SQL Server store may send is one that SQL Server 2022 reads, and holds nothing that we keep away from.</summary>
public sealed class StatementTests
{
    [Theory]
    [InlineData(SqlServerLedgerStore.ReadHead)]
    [InlineData(SqlServerLedgerStore.ReadClock)]
    [InlineData(SqlServerLedgerStore.FindKeys)]
    [InlineData(SqlServerLedgerStore.FindResources)]
    [InlineData(SqlServerLedgerStore.LookFor)]
    [InlineData(SqlServerLedgerStore.AwaitHead)]
    [InlineData(SqlServerLedgerStore.BeginTurn)]
    [InlineData(SqlServerLedgerStore.EndTurn)]
    [InlineData(SchemaScript.SqlServerSettings)]
    public void What_reads_and_sets_up_can_be_read(string sql)
    {
        Assert.Empty(TSql.Faults(sql));
        Assert.True(TSql.Statements(sql) > 0);
    }

    [Fact]
    public void The_script_can_be_read()
    {
        using var db = SchemaTests.Context();
        Assert.Empty(TSql.Faults(SchemaScript.Of(db)));
        // That one says some of it in strings, so that it may be run again.
        Assert.Empty(TSql.Faults(db.GetService<IMigrator>().GenerateScript()));
    }

    [Fact]
    public async Task A_batch_that_writes_to_every_table_can_be_read()
    {
        using var db = SchemaTests.Context();
        var tables = TableMap.Of(db.Model);
        var batch = await WholeAsync(tables.Keys.Where(t => t.IsAssignableTo(typeof(IRow))));
        foreach (var expected in new Head[] { new(0, new byte[32], new(0), 0), new(7, new byte[32], new(0), 0) })
        {
            using var command = SqlServerBatch.Of(expected, batch, tables);
            Assert.Empty(TSql.Faults(command.CommandText));
            foreach (var table in tables.Keys.Where(t => t.IsAssignableTo(typeof(IRow))).Append(typeof(AgentDayRow)).Append(typeof(StandingRow)).Append(typeof(FleetCountRow)).Select(t => tables[t]))
            {
                Assert.Contains($"INSERT INTO [{table.Name}] ", command.CommandText, StringComparison.Ordinal);
                Assert.Contains($"JOIN [{table.Name}] AS t ON ", command.CommandText, StringComparison.Ordinal);
            }

            Assert.Contains($"INSERT INTO [{tables[typeof(DecisionFact)].Name}] ", command.CommandText, StringComparison.Ordinal);

            // Each parameter that is named is there, and the other way round.
            var named = System.Text.RegularExpressions.Regex.Matches(command.CommandText, @"@(p\d+|hash|bytes)\b").Select(m => m.Value).ToHashSet();
            Assert.Equal(named.Order(StringComparer.Ordinal), command.Parameters.Cast<SqlParameter>().Select(p => p.ParameterName).Order(StringComparer.Ordinal));
            Assert.DoesNotContain(command.Parameters.Cast<SqlParameter>(), p => p.SqlDbType == SqlDbType.Structured);
        }
    }

    [Fact]
    public async Task A_row_names_its_bytes_by_where_they_stand()
    {
        using var db = SchemaTests.Context();
        var batch = await WholeAsync([]);
        using var command = SqlServerBatch.Of(new(7, new byte[32], new(0), 0), batch, TableMap.Of(db.Model));
        var bytes = (byte[])command.Parameters["@bytes"].Value;
        var rows = command.Parameters.Cast<SqlParameter>().Select(p => p.Value).OfType<string>().First(v => v.Contains(batch.Entries[0].Kind, StringComparison.Ordinal));
        using var json = System.Text.Json.JsonDocument.Parse(rows);
        var columns = TableMap.Of(db.Model)[typeof(EntryRow)].Columns;
        var place = json.RootElement[0][columns.ToList().IndexOf(nameof(EntryRow.Bytes))];
        Assert.Equal(batch.Entries[0].Bytes, bytes.AsSpan(place[0].GetInt32() - 1, place[1].GetInt32()).ToArray());
    }

    [Theory]
    [InlineData("SELECT FROM a;", "line 1")]
    [InlineData("MERGE a USING b ON a.c = b.c WHEN MATCHED THEN UPDATE SET d = 1 OUTPUT inserted.c;", "MERGE")]
    [InlineData("WAITFOR DELAY '00:00:01';", "WAITFOR")]
    [InlineData("SELECT 1 AS a INTO #b;", "#b")]
    [InlineData("BULK INSERT a FROM 'b';", "BULK INSERT")]
    [InlineData("EXEC xp_cmdshell 'a';", "Windows")]
    [InlineData("CREATE INDEX a ON b (c) WITH (ONLINE = ON);", "Enterprise")]
    public void What_must_not_be_there_is_found(string sql, string fault) => Assert.Contains(TSql.Faults(sql), f => f.Contains(fault, StringComparison.Ordinal));

    /// <summary>A batch of a real console's doings, with a row of each of these kinds besides, new and changed.</summary>
    private static async Task<LedgerBatch> WholeAsync(IEnumerable<Type> kinds)
    {
        var seen = new List<LedgerBatch>();
        await using var console = new TestConsole(timer: false, hangfire: false, services: services =>
        {
            var own = services.Single(s => s.ServiceType == typeof(ILedgerStore));
            services.Replace(ServiceDescriptor.Singleton<ILedgerStore>(s => new StoreDriver((ILedgerStore)own.ImplementationFactory!(s))
            {
                Before = batch =>
                {
                    lock (seen)
                        seen.Add(batch);
                    return Task.CompletedTask;
                },
            }));
        });
        await (await (await Scene.SetAsync(console)).SessionAsync()).Submitted();
        var action = seen.SelectMany(b => b.Rows).Select(r => r.Row).OfType<ActionState>().First();
        var rows = kinds.Select(k => k == typeof(ActionState) ? action : (IRow)RuntimeHelpers.GetUninitializedObject(k)).ToList();
        return seen.Last(b => b.Contents.Count > 0) with
        {
            Rows = [.. rows.Select(r => (r, true)), .. rows.Select(r => (r, false))],
            Days = [.. seen.SelectMany(b => b.Days).Take(1)],
            Standings = [.. seen.SelectMany(b => b.Standings).Where(s => s.Words is not null).Take(1)],
            Fleet = [.. seen.SelectMany(b => b.Fleet).Take(1)],
            Facts = [new() { Sequence = 1, Nth = 0, Kind = DecisionFactKind.Said, Person = new(Guid.NewGuid()), IsYes = true, ActionSequence = 1, At = new(1) }],
            Purged = [1, 2],
        };
    }
}
