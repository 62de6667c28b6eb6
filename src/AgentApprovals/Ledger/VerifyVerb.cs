using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Ledger;

/// <summary>
/// <c>verify FILE --key KEYS [--checkpoints KEPT]</c>: checks an exported ledger offline. Ends with 0 where it holds, 1 where it
/// does not, 64 where the command line is wrong and 66 where a file can't be read (sysexits.h).
/// </summary>
internal static class VerifyVerb
{
    private const string Usage = """
        usage: verify FILE --key KEYS [--checkpoints KEPT]
          FILE   the ledger as GET /api/v1/ledger/export gave it
          KEYS   the public keys as GET /.well-known/agent-approvals-keys gave them, got on another day than FILE
          KEPT   checkpoints that were kept elsewhere, one JSON object a line: from the log, or bodies of the webhook ledger.checkpoint
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter to, TextWriter errors)
    {
        if (Options(args) is not { } files)
        {
            await errors.WriteLineAsync(Usage);
            return 64;
        }

        try
        {
            var keys = SigningKey.ReadSet(await File.ReadAllBytesAsync(files.Key));
            var kept = files.Checkpoints is null ? [] : await KeptAsync(files.Checkpoints);
            return await TellAsync(await new ExportCheck(keys, kept).RunAsync(() => File.OpenRead(files.Export)), to);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            await errors.WriteLineAsync($"Nothing was verified. {e.Message}");
            return 66;
        }
    }

    private static async Task<int> TellAsync(ExportReport report, TextWriter to)
    {
        foreach (var fault in report.Faults)
            await to.WriteLineAsync($"✕ {fault}");
        await to.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Entries} entries, the last with the hash {report.Hash}."));
        await to.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Checkpoints} signed checkpoints hold, up to entry {report.Signed}; what comes after rests on the chain alone."));
        await to.WriteLineAsync(report.Faults.Count == 0 ? "✓ The ledger holds." : "✕ The ledger does not hold.");
        return report.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task<List<Checkpoint>> KeptAsync(string path)
    {
        var kept = new List<Checkpoint>();
        foreach (var line in await File.ReadAllLinesAsync(path))
        {
            if (line.IndexOf('{', StringComparison.Ordinal) is not (>= 0 and var start))
                continue;
            try
            {
                // A line of the log has words before it, a webhook's body the checkpoint as its data.
                var json = JsonNode.Parse(line[start..])!.AsObject();
                kept.Add((json["data"] ?? json).Deserialize<Checkpoint>(RowFacts.Json)!);
            }
            catch (JsonException e)
            {
                throw new FormatException($"{path} holds a line that is no checkpoint: {e.Message}", e);
            }
        }

        return kept;
    }

    private static (string Export, string Key, string? Checkpoints)? Options(string[] args)
    {
        string? export = null, key = null, checkpoints = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--key" && i + 1 < args.Length)
                key = args[++i];
            else if (args[i] == "--checkpoints" && i + 1 < args.Length)
                checkpoints = args[++i];
            else if (export is null && !args[i].StartsWith('-'))
                export = args[i];
            else
                return null;
        }

        return export is null || key is null ? null : (export, key, checkpoints);
    }
}
