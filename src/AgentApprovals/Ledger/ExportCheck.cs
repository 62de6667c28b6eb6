using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Ledger;

/// <summary>What a check of an exported ledger found; it holds where there is no fault.</summary>
/// <param name="Signed">The last sequence that a good signature covers; 0 where none does.</param>
public sealed record ExportReport(long Entries, string Hash, int Checkpoints, long Signed, IReadOnlyList<string> Faults);

/// <summary>
/// Checks an exported ledger without the console: every entry against the one before it, and the whole against signed
/// checkpoints, those that stand in it and those that were kept elsewhere. Reads twice, in constant memory.
/// </summary>
public sealed class ExportCheck(IReadOnlyDictionary<string, SigningKey> keys, IReadOnlyList<Checkpoint> kept)
{
    private const int MostFaults = 20;
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes($"\"kind\":\"{Kinds.LedgerCheckpoint}\"");

    private readonly List<string> _faults = [];
    private readonly Dictionary<long, List<(Checkpoint Checkpoint, string Where)>> _signed = [];

    /// <param name="open">Opens the export from its beginning.</param>
    public async Task<ExportReport> RunAsync(Func<Stream> open, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        foreach (var checkpoint in kept)
            Expect(checkpoint, "a checkpoint that was kept");
        await using (var first = open())
        {
            await foreach (var (line, number) in LinesAsync(first, cancel))
            {
                if (Encoding.UTF8.GetBytes(line).AsSpan().IndexOf(Mark) >= 0 && CheckpointIn(line) is { } checkpoint)
                    Expect(checkpoint, $"the checkpoint in line {number}");
            }
        }

        await using var second = open();
        return await ChainAsync(second, cancel);
    }

    private async Task<ExportReport> ChainAsync(Stream export, CancellationToken cancel)
    {
        var previous = new string('0', 64);
        long sequence = 0, signed = 0;
        var covered = 0;
        await foreach (var (line, number) in LinesAsync(export, cancel))
        {
            if (Read(line) is not { } entry)
            {
                Fault($"Line {number} is no entry of a ledger.");
                break;
            }

            if (entry.Sequence != sequence + 1)
                Fault($"Line {number}: entry {sequence + 1} should stand here, and {entry.Sequence} does.");
            else if (entry.Previous != previous)
                Fault($"Entry {entry.Sequence} does not follow the entry before it.");
            else if (entry.Hash != entry.Computed)
                Fault($"Entry {entry.Sequence} was changed: its hash is another.");
            if (_faults.Count >= MostFaults)
                break;
            (sequence, previous) = (entry.Sequence, entry.Computed);
            if (!_signed.Remove(sequence, out var here))
                continue;
            foreach (var (checkpoint, where) in here)
            {
                if (checkpoint.Hash != previous)
                    Fault($"Entry {sequence} is another than {where} of {checkpoint.At} signed: the ledger was made anew, or is another's.");
                else
                    (signed, covered) = (sequence, covered + 1);
            }
        }

        foreach (var (missing, where) in _signed.Values.SelectMany(s => s))
            Fault($"The ledger ends at entry {sequence}, and {where} of {missing.At} signed entry {missing.Sequence}: its end was cut off, or an older copy put in its place.");
        if (covered == 0 && _faults.Count == 0)
            Fault("No signed checkpoint covers any of it: the chain holds, and says nothing of who wrote it.");
        return new(sequence, previous, covered, signed, _faults);
    }

    private void Expect(Checkpoint checkpoint, string where)
    {
        // Files may say anything, and leave anything out.
        if (checkpoint is not { KeyId: { } id, Hash: not null, Signature: not null } || !keys.TryGetValue(id, out var key) || !key.Verifies(SigningKey.StatementOf(checkpoint), checkpoint.Signature))
            Fault($"The signature of {where} is not one of the key that was given.");
        else if (_signed.TryGetValue(checkpoint.Sequence, out var same))
            same.Add((checkpoint, where));
        else
            _signed[checkpoint.Sequence] = [(checkpoint, where)];
    }

    private void Fault(string what) => _faults.Add(what);

    private static async IAsyncEnumerable<(string Line, long Number)> LinesAsync(Stream from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var reader = new StreamReader(from, new UTF8Encoding(false), leaveOpen: true);
        long number = 0;
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            number++;
            if (line.Length > 0)
                yield return (line, number);
        }
    }

    /// <summary>A checkpoint as an entry tells it; null where it is none.</summary>
    private static Checkpoint? CheckpointIn(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && (string?)entry["kind"] == Kinds.LedgerCheckpoint ? entry["data"].Deserialize<Checkpoint>(RowFacts.Json) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (long Sequence, string Previous, string Hash, string Computed)? Read(string line)
    {
        try
        {
            var entry = JsonNode.Parse(line)!.AsObject();
            var hash = (string)entry["hash"]!;
            entry.Remove("hash");
            var bytes = CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(entry.ToJsonString()));
            return ((long)entry["sequence"]!, (string)entry["previousHash"]!, hash, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or NullReferenceException or FormatException)
        {
            return null;
        }
    }
}
