using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Tests.Model;

/// <summary>Makes every row again from the entries alone.</summary>
internal static class Replay
{
    /// <summary>Rows that come out otherwise than they stand in the database, with both.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(IDbContextFactory<LedgerContext> contexts)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = await WalkAsync(db, (_, _, _, _) => { });
        var stored = new List<IRow>();
        stored.AddRange(await db.Actions.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Bursts.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Sessions.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Agents.AsNoTracking().ToListAsync());
        stored.AddRange(await db.People.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Credentials.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Stops.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Documents.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Consoles.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Observations.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Webhooks.AsNoTracking().ToListAsync());
        stored.AddRange(await db.Connectors.AsNoTracking().ToListAsync());
        return
        [
            .. stored.Select(r => (Stored: Written(r), Replayed: rows.TryGetValue((RowKinds.NameOf(r), r.Sequence), out var again) ? Written(again) : "nothing"))
                .Where(p => p.Stored != p.Replayed).Select(p => $"{p.Stored}\nreplayed as\n{p.Replayed}"),
            .. rows.Keys.Except(stored.Select(r => (RowKinds.NameOf(r), r.Sequence))).Select(k => $"{k} is not in the database"),
        ];
    }

    /// <summary>Every row as the entries leave it.</summary>
    /// <param name="seen">Told of each entry that makes or changes a row: the entry, who did it, the row before and after.</param>
    public static async Task<Dictionary<(string Kind, long Sequence), IRow>> WalkAsync(LedgerContext db, Action<EntryRow, string, IRow?, IRow> seen)
    {
        var rows = new Dictionary<(string Kind, long Sequence), IRow>();
        foreach (var entry in await db.Entries.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync())
        {
            using var document = JsonDocument.Parse(entry.Bytes);
            var row = document.RootElement.GetProperty("row");
            if (row.ValueKind == JsonValueKind.Null)
                continue;
            var key = (row.GetProperty("kind").GetString()!, row.GetProperty("sequence").GetInt64());
            var set = JsonObject.Create(document.RootElement.GetProperty("data").GetProperty("set"))!;
            var before = rows.GetValueOrDefault(key);
            rows[key] = Merged(key.Item1, before, set, entry.Sequence);
            seen(entry, document.RootElement.GetProperty("actor").GetProperty("kind").GetString()!, before, rows[key]);
        }

        return rows;
    }

    private static IRow Merged(string kind, IRow? before, JsonObject set, long sequence) => kind switch
    {
        "action" => RowFacts.Merge((ActionState?)before, set, sequence),
        "burst" => RowFacts.Merge((BurstState?)before, set, sequence),
        "session" => RowFacts.Merge((SessionState?)before, set, sequence),
        "agent" => RowFacts.Merge((AgentState?)before, set, sequence),
        "person" => RowFacts.Merge((PersonState?)before, set, sequence),
        "credential" => RowFacts.Merge((CredentialState?)before, set, sequence),
        "stop" => RowFacts.Merge((StopState?)before, set, sequence),
        "document" => RowFacts.Merge((DocumentState?)before, set, sequence),
        "console" => RowFacts.Merge((ConsoleState?)before, set, sequence),
        "observation" => RowFacts.Merge((ObservationState?)before, set, sequence),
        "webhook" => RowFacts.Merge((WebhookState?)before, set, sequence),
        "connector" => RowFacts.Merge((ConnectorState?)before, set, sequence),
        _ => throw new InvalidOperationException($"No row is called {kind}."),
    };

    private static string Written(IRow row) => JsonSerializer.Serialize(row, row.GetType(), RowFacts.Json);
}
