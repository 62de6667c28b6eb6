using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using AgentApprovals.Ledger;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>An exported ledger, its checkpoints, and whoever has the database and not the key file.</summary>
public sealed class CheckpointTests(CheckpointTests.Exported exported) : IClassFixture<CheckpointTests.Exported>
{
    [Fact]
    public void A_signature_is_of_one_hash_at_one_place_and_time()
    {
        foreach (var signed in exported.Checkpoints)
        {
            var key = SigningKey.ReadSet(exported.Keys)[signed.KeyId];
            bool Verifies(Domain.Ledger.Checkpoint checkpoint) => key.Verifies(SigningKey.StatementOf(checkpoint), signed.Signature);
            Assert.True(Verifies(signed));
            Assert.False(Verifies(signed with { Hash = new string('0', 64) }));
            Assert.False(Verifies(signed with { Sequence = signed.Sequence + 1 }));
            Assert.False(Verifies(signed with { At = signed.At.PlusSeconds(1) }));
        }
    }

    [Fact]
    public async Task An_untouched_export_holds_by_the_checkpoints_in_it_and_by_those_kept_elsewhere()
    {
        Assert.Empty(await FaultsAsync(exported.Lines, kept: true));
        Assert.Empty(await FaultsAsync(exported.Lines, kept: false));
        var (exit, said) = await VerbAsync(exported.Lines, exported.Keys, exported.Kept);
        Assert.Equal(0, exit);
        Assert.Contains("✓ The ledger holds.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_is_a_JWK_set_that_any_library_reads()
    {
        var key = JsonNode.Parse(exported.Keys)!["keys"]!.AsArray().Single()!;
        Assert.Equal(("EC", "P-256", "sig", "ES256"), (key.Text("kty"), key.Text("crv"), key.Text("use"), key.Text("alg")));
        Assert.Equal(key.Text("kid"), SigningKey.ReadSet(exported.Keys).Keys.Single());
        Assert.Equal((43, 43), (key.Text("x").Length, key.Text("y").Length));
    }

    /// <summary>trust.md, threat 22. The control is the test above: the same check of the same lines finds nothing.</summary>
    public static TheoryData<string> Adversaries => ["edits", "deletes", "inserts", "reorders", "cuts the tail", "hashes all anew", "rolls back to a backup", "forks it"];

    [Theory]
    [MemberData(nameof(Adversaries))]
    public async Task Whoever_tampers_with_it_is_found(string how)
    {
        var lines = exported.Lines.ToList();
        var forged = lines[4].Replace("\"kind\":\"", "\"kind\":\"x", StringComparison.Ordinal);
        switch (how)
        {
            case "edits":
                lines[4] = forged;
                break;
            case "deletes":
                lines.RemoveAt(4);
                break;
            case "inserts":
                lines.Insert(4, lines[4]);
                break;
            case "reorders":
                (lines[4], lines[5]) = (lines[5], lines[4]);
                break;
            case "cuts the tail":
                lines.RemoveRange(lines.Count - 4, 4);
                break;
            case "hashes all anew":
                lines = Chained([.. lines[..4], forged, .. lines[5..]]);
                break;
            case "rolls back to a backup":
                lines = [.. exported.Backup];
                break;
            case "forks it":
                lines = Chained([.. lines[..^4], .. lines[^4..].Select(l => l.Replace("\"kind\":\"", "\"kind\":\"x", StringComparison.Ordinal))]);
                break;
        }

        Assert.NotEmpty(await FaultsAsync(lines, kept: true));
    }

    [Fact]
    public async Task A_ledger_made_anew_without_its_checkpoints_proves_nothing()
    {
        var lines = Chained([.. exported.Lines.Select(l => l.Replace("ledger.checkpoint", "ledger.checkpoing", StringComparison.Ordinal))]);
        Assert.Equal(["No signed checkpoint covers any of it: the chain holds, and says nothing of who wrote it."], await FaultsAsync(lines, kept: false));
    }

    [Fact]
    public async Task A_bit_that_flips_anywhere_is_found()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(exported.Lines.Select(l => l + "\n")));
        var flips = Soak.Times(200);
        var random = new Random(22);
        for (var i = 0; i < flips; i++)
        {
            var flipped = (byte[])text.Clone();
            // The end of the last line is no part of any entry.
            var at = random.Next(text.Length - 1);
            flipped[at] ^= (byte)(1 << random.Next(8));
            var report = await new ExportCheck(SigningKey.ReadSet(exported.Keys), exported.Checkpoints).RunAsync(() => new MemoryStream(flipped), TestContext.Current.CancellationToken);
            Assert.True(report.Faults.Count > 0, $"Bit in byte {at} of {(char)text[at]}: not found.");
        }
    }

    [Fact]
    public async Task Another_key_proves_nothing_and_what_cannot_be_read_is_said()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = SigningKey.Of(other.ExportParameters(false).Q);
        var keys = Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["x"] = key.X, ["y"] = key.Y }) }.ToJsonString());
        var (exit, said) = await VerbAsync(exported.Lines, keys, null);
        Assert.Equal(1, exit);
        Assert.Contains("is not one of the key that was given", said, StringComparison.Ordinal);

        (exit, said) = await VerbAsync(exported.Lines, "{}"u8.ToArray(), null);
        Assert.Equal(66, exit);
        Assert.Contains("Nothing was verified", said, StringComparison.Ordinal);
        using var errors = new StringWriter();
        Assert.Equal(64, await VerifyVerb.RunAsync(["only-a-file"], errors, errors));
        Assert.Contains("usage: verify FILE --key KEYS", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(66, await VerifyVerb.RunAsync(["/nowhere/at/all", "--key", "/nowhere"], errors, errors));
    }

    private async Task<IReadOnlyList<string>> FaultsAsync(IReadOnlyList<string> lines, bool kept) =>
        (await new ExportCheck(SigningKey.ReadSet(exported.Keys), kept ? exported.Checkpoints : [])
            .RunAsync(() => new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), TestContext.Current.CancellationToken)).Faults;

    private static async Task<(int Exit, string Said)> VerbAsync(IReadOnlyList<string> lines, byte[] keys, IReadOnlyList<string>? kept)
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        string In(string name) => Path.Combine(folder, name);
        await File.WriteAllLinesAsync(In("ledger.ndjson"), lines);
        await File.WriteAllBytesAsync(In("keys.json"), keys);
        await File.WriteAllLinesAsync(In("kept.log"), kept ?? []);
        using var said = new StringWriter();
        return (await VerifyVerb.RunAsync([In("ledger.ndjson"), "--key", In("keys.json"), "--checkpoints", In("kept.log")], said, said), said.ToString());
    }

    /// <summary>What somebody with the database makes of it: every hash put right.</summary>
    private static List<string> Chained(IReadOnlyList<string> lines)
    {
        var previous = new string('0', 64);
        return [.. lines.Select(line =>
        {
            var entry = JsonNode.Parse(line)!.AsObject();
            entry.Remove("hash");
            entry["previousHash"] = previous;
            previous = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(entry.ToJsonString()))));
            entry["hash"] = previous;
            return entry.ToJsonString();
        })];
    }

    /// <summary>A console that lived a while: a backup of its ledger, checkpoints that somebody kept, and its ledger at the end.</summary>
    public sealed class Exported : IAsyncLifetime
    {
        public IReadOnlyList<string> Backup { get; private set; } = [];

        public IReadOnlyList<string> Lines { get; private set; } = [];

        public byte[] Keys { get; private set; } = [];

        /// <summary>As lines of the log and bodies of a webhook.</summary>
        public IReadOnlyList<string> Kept { get; private set; } = [];

        internal IReadOnlyList<Domain.Ledger.Checkpoint> Checkpoints { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await using var console = new TestConsole(hangfire: false);
            var scene = await Scene.SetAsync(console);
            var run = await scene.SessionAsync();
            await run.Submitted();
            var first = (await console.Admin.Post("ledger/checkpoints")).Is(HttpStatusCode.Created);
            Backup = await ExportAsync(console);
            await run.Submitted(Scene.Post("forum://other"));
            await run.Submitted(Scene.Post("forum://third"));
            var second = (await console.Admin.Post("ledger/checkpoints")).Is(HttpStatusCode.Created);
            Lines = await ExportAsync(console);
            Keys = await console.Http().GetByteArrayAsync(new Uri(console.Address, "/.well-known/agent-approvals-keys"));
            Kept = [$"info: Checkpoint: {first.ToJsonString()}", new JsonObject { ["type"] = "ledger.checkpoint", ["data"] = second.DeepClone() }.ToJsonString()];
            Checkpoints = [.. new[] { first, second }.Select(c => System.Text.Json.JsonSerializer.Deserialize<Domain.Ledger.Checkpoint>(c, Domain.Ledger.RowFacts.Json)!)];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static async Task<IReadOnlyList<string>> ExportAsync(TestConsole console) =>
            (await console.Admin.Client.GetStringAsync("ledger/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
