using System.Net;
using System.Text;
using AgentApprovals.Ledger;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentApprovals.Tests.Security;

/// <summary>
/// Whatever an agent writes, no log line, webhook, export, file or line of the command line carries a control character that a terminal would
/// act on: escape sequences begin with U+001B or U+009B. (Spreadsheets: CsvTests.)
/// </summary>
public sealed class SinkTests : IAsyncDisposable
{
    private readonly Heard _heard = new();
    private readonly WebhookStage _it;

    public SinkTests() => _it = new(services: s => s.AddLogging(l => l.AddProvider(_heard).AddFilter<Heard>(null, LogLevel.Trace)));

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        _heard.Dispose();
    }

    [Fact]
    public async Task No_control_character_reaches_a_sink_over_every_sixteen_bit_unit_and_every_sequence()
    {
        await using var receiver = await Receiver.StartAsync();
        await _it.RegisterAsync(receiver.Url, [.. AgentApprovals.Domain.Webhooks.WebhookEvents.All]);
        var scene = await Scene.SetAsync(_it.Console, new[] { Scene.Rule("allow", extra: new { burst = new { count = 10_000, perSeconds = 1 } }) });
        var opened = (await scene.Console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com", purpose = Acting(0, 400), client = new { name = Acting(1, 90), host = Acting(2, 90) } })).Is(HttpStatusCode.Created);
        var run = new Run(scene.Console.As(opened.Text("token")), opened.Text("id"), opened);
        // Sixteen payloads, reasons and messages hold every unit there is, surrogates in pairs; the short fields hold what acts.
        for (var i = 0; i < 16; i++)
        {
            var all = string.Concat(Enumerable.Range(i * 4096, 4096).Select(u => u is 0 or (>= 0xD800 and <= 0xDFFF) ? "x" : ((char)u).ToString()))[..3900];
            var asked = await run.Submitted(new { type = "forum.post", resource = Acting(i, 400), summary = Acting(i + 1, 190), reason = all, payload = new Dictionary<string, string> { [all[..200]] = all } });
            (await run.Agent.Post($"actions/{asked["id"]}/messages", new { text = all })).Is(HttpStatusCode.Created);
            (await run.Agent.Post($"actions/{asked["id"]}/redeem", key: "a~")).Is(HttpStatusCode.OK);
            (await run.Agent.Post($"actions/{asked["id"]}/result", new { outcome = "succeeded", detail = Acting(i + 2, 400) })).Is(HttpStatusCode.OK);
            await run.Agent.Get($"actions/{Uri.EscapeDataString(Acting(i, 50))}?type={Uri.EscapeDataString(Acting(i, 50))}");
            (await run.Agent.Post("actions", new Dictionary<string, object?> { [Acting(i, 50)] = 1, ["type"] = Acting(i, 50) })).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        }

        var stop = (await scene.Admin.Post($"sessions/{run.Id}/stop", new { reason = Acting(3, 100) })).Is(HttpStatusCode.Accepted).Text("id");
        await _it.SendDueAsync();
        var export = await BytesAsync(scene.Admin, "ledger/export");
        var sinks = new Dictionary<string, string>
        {
            ["log"] = string.Join('\n', _heard.Messages),
            ["webhooks"] = string.Join('\n', receiver.All.Select(r => r.Text)),
            ["incident"] = Encoding.UTF8.GetString(await BytesAsync(scene.Admin, $"stops/{stop}/incident")),
            ["ledger"] = Encoding.UTF8.GetString(export),
            ["verify"] = await VerifyAsync(export),
        };
        // The control: what acts was taken, and is in each answer once it is read.
        Assert.Contains("\u001b[", (await scene.Admin.Get("actions")).Body!["items"]![0]!.Text("resource"), StringComparison.Ordinal);
        Assert.Contains("\\u009b", sinks["ledger"], StringComparison.Ordinal);
        Assert.Equal(["No signed checkpoint covers any of it: the chain holds, and says nothing of who wrote it."],
            (await new ExportCheck(new Dictionary<string, SigningKey>(), []).RunAsync(() => new MemoryStream(export), TestContext.Current.CancellationToken)).Faults);
        foreach (var (sink, text) in sinks)
            Assert.Equal((sink, ""), (sink, string.Join(' ', text.Where(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')).Distinct().Select(c => $"U+{(int)c:X4}"))));
    }

    /// <summary>Sequences that clear a screen, set its title, write to a clipboard or answer for somebody; with either kind of introducer.</summary>
    private static string Acting(int turn, int length)
    {
        string[] sequences = ["\u001b[2J", "\u001b]0;owned\u0007", "\u009b31m", "\u001b]52;c;cm0gLXJm\u001b\\", "\u0090q\u009c", "\b\b\b", "\u007f", "\u0085", "\u001b[6n", "\u009d8;;http://evil.example\u009c", "\u000e", "\u001bc"];
        var text = new StringBuilder();
        for (var i = turn; text.Length < length - 30; i++)
            text.Append("ok").Append(sequences[i % sequences.Length]);
        return text.ToString();
    }

    private static async Task<byte[]> BytesAsync(Person person, string path) => await person.Client.GetByteArrayAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>What the command line says of it: whole, changed, and as a file that is none.</summary>
    private async Task<string> VerifyAsync(byte[] export)
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        var keys = Path.Combine(folder, "keys");
        await File.WriteAllBytesAsync(keys, await BytesAsync(_it.Admin, "/.well-known/agent-approvals-keys"));
        await using var said = new StringWriter();
        var lines = Encoding.UTF8.GetString(export).Split('\n');
        string[] files = [string.Join('\n', lines), string.Join('\n', lines.Reverse()), string.Join('\n', lines.Select(l => l.Replace("ok", "no", StringComparison.Ordinal))), Acting(0, 2000)];
        for (var i = 0; i < files.Length; i++)
        {
            var file = Path.Combine(folder, $"{i}");
            await File.WriteAllTextAsync(file, files[i]);
            Assert.NotEqual(0, await VerifyVerb.RunAsync([file, "--key", i == 3 ? file : keys, "--checkpoints", file], said, said));
        }

        Directory.Delete(folder, recursive: true);
        Assert.NotEmpty(said.ToString());
        return said.ToString();
    }
}
