using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace AgentApprovals.Tests.SqlServer;

/// <summary>T-SQL as SQL Server 2022 reads it, without one.</summary>
internal static class TSql
{
    /// <summary>What is wrong with a text: what can't be read, and what we keep away from; empty: nothing.</summary>
    public static IReadOnlyList<string> Faults(string sql)
    {
        var script = new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        var banned = new Banned();
        script?.Accept(banned);
        return [.. errors.Select(e => $"line {e.Line}: {e.Message}"), .. banned.Found];
    }

    /// <summary>How many statements there are in a text, those inside others included.</summary>
    public static int Statements(string sql)
    {
        var counter = new Counter();
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out _).Accept(counter);
        return counter.Count;
    }

    private sealed class Counter : TSqlFragmentVisitor
    {
        public int Count { get; private set; }

        public override void Visit(TSqlStatement node) => Count++;
    }

    /// <summary>What hides a race, waits, leaves the database, or does not run on every edition and system.</summary>
    private sealed class Banned : TSqlFragmentVisitor
    {
        public List<string> Found { get; } = [];

        public override void Visit(MergeStatement node) => Found.Add("MERGE");

        public override void Visit(WaitForStatement node) => Found.Add("WAITFOR");

        public override void Visit(BulkInsertBase node) => Found.Add("BULK INSERT");

        public override void Visit(BulkOpenRowset node) => Found.Add("OPENROWSET (BULK)");

        public override void Visit(IndexOption node)
        {
            if (node.OptionKind == IndexOptionKind.Online)
                Found.Add("ONLINE, which is Enterprise's");
        }

        public override void Visit(SchemaObjectName node)
        {
            var name = node.BaseIdentifier.Value;
            if (name.StartsWith('#'))
                Found.Add($"the temporary table {name}");
            if (name.StartsWith("xp_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("sp_OA", StringComparison.OrdinalIgnoreCase))
                Found.Add($"{name}, which is Windows'");
        }
    }
}
