using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentApprovals.Tests.Security;

/// <summary>
/// Secrets that an agent planted in everything it can fill: in no log, trace, notice, incident file or spreadsheet; whole in what runs and in
/// what a reviewer sees. The ledger's export is its stored bytes, which must prove themselves: payloads, reasons and messages are not in it,
/// and what an agent wrote into the record itself is, for the same two roles that read it on the screen.
/// </summary>
public sealed class PlantedSecretsTests : IAsyncDisposable
{
    private const int Actions = 15;

    private readonly Heard _heard = new();
    private readonly ConcurrentQueue<string> _traced = new();
    private readonly ActivityListener _listener;
    private readonly WebhookStage _it;

    public PlantedSecretsTests()
    {
        _listener = new() { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = Note };
        ActivitySource.AddActivityListener(_listener);
        _it = new(services: s => s.AddLogging(l => l.AddProvider(_heard).AddFilter<Heard>(null, LogLevel.Trace)));
    }

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        _listener.Dispose();
        _heard.Dispose();
    }

    [Fact]
    public async Task What_leaves_the_console_holds_none_of_them_and_what_runs_and_is_reviewed_all()
    {
        // Fifteen actions with seven each: 105 of them, and those of the sessions and the agent.
        var beside = Planted.Secrets(4 * Actions, 1);
        var inRecord = Planted.Secrets(3 * Actions, 2);
        await using var receiver = await Receiver.StartAsync();
        await _it.RegisterAsync(receiver.Url, [.. AgentApprovals.Domain.Webhooks.WebhookEvents.All]);
        var scene = await Scene.SetAsync(_it.Console, new[] { Scene.Rule("allow", extra: new { burst = new { count = 10_000, perSeconds = 1 } }) }, new { displayName = $"Keeper {inRecord[1].Text}" });
        var stops = new List<string>();
        var whole = new StringBuilder();
        foreach (var some in Enumerable.Range(0, Actions).Chunk(8))
        {
            var (session, id) = await OpenAsync(scene, inRecord[some[0]].Text);
            foreach (var i in some)
            {
                var (hidden, told) = (beside.Skip(4 * i).Take(4).Select(s => s.Text).ToArray(), inRecord.Skip(3 * i).Take(3).Select(s => s.Text).ToArray());
                var asked = (await session.Post("actions", new
                {
                    type = "forum.post",
                    resource = $"forum://{told[0]}",
                    summary = $"Use {told[1]}",
                    reason = $"For {hidden[0]}",
                    payload = new Dictionary<string, object> { ["secret"] = hidden[1], [hidden[2]] = new[] { 1 } },
                })).Is(HttpStatusCode.Created);
                (await session.Post($"actions/{asked["id"]}/messages", new { text = $"It is {hidden[3]}" })).Is(HttpStatusCode.Created);
                whole.AppendLine(Plain((await session.Post($"actions/{asked["id"]}/redeem")).Is(HttpStatusCode.OK)["payload"]));
                (await session.Post($"actions/{asked["id"]}/result", new { outcome = "failed", detail = $"Not by {told[2]}" })).Is(HttpStatusCode.OK);
                whole.AppendLine(Plain(await scene.Admin.Look(asked))).AppendLine(Plain((await scene.Admin.Get($"actions/{asked["id"]}/messages")).Is(HttpStatusCode.OK)));
            }

            stops.Add((await scene.Admin.Post($"sessions/{id}/stop", new { reason = "Enough" })).Is(HttpStatusCode.Accepted).Text("id"));
        }

        await _it.SendDueAsync();
        var sinks = new Dictionary<string, string>
        {
            ["log"] = string.Join('\n', _heard.Messages.Concat(_heard.Parts)),
            ["trace"] = string.Join('\n', _traced),
            ["webhooks"] = string.Join('\n', receiver.All.Select(r => Plain(r.Json))),
            ["incident"] = string.Join('\n', await Task.WhenAll(stops.Select(async s => Plain((await scene.Admin.Get($"stops/{s}/incident")).Is(HttpStatusCode.OK))))),
            ["csv"] = await scene.Admin.Client.GetStringAsync(new Uri("agents/export", UriKind.Relative), TestContext.Current.CancellationToken),
        };
        var ledger = await scene.Admin.Client.GetStringAsync(new Uri("ledger/export", UriKind.Relative), TestContext.Current.CancellationToken);

        // The control: each sink tells of these actions, and all secrets came through to where they belong.
        Assert.Contains("/redeem", sinks["log"], StringComparison.Ordinal);
        Assert.Contains("/redeem", sinks["trace"], StringComparison.Ordinal);
        Assert.Equal(Actions, receiver.Of("action.submitted").Count);
        Assert.Equal(Actions, sinks["incident"].Split("forum://").Length - 1);
        Assert.Contains("Keeper ‹GitHub token›", sinks["csv"], StringComparison.Ordinal);
        Assert.Equal((4 * Actions) + (2 * Actions), Found(whole.ToString(), [.. beside, .. inRecord.Where((_, i) => i % 3 < 2)]));

        foreach (var (sink, text) in sinks)
            Assert.Equal((sink, 0), (sink, Found(text, [.. beside, .. inRecord])));
        Assert.Equal((0, 3 * Actions), (Found(ledger, beside), Found(ledger, inRecord)));
    }

    private static int Found(string text, IReadOnlyList<(string Text, string Mark)> secrets) => secrets.Count(s => text.Contains(s.Mark, StringComparison.Ordinal));

    private static async Task<(Person Session, string Id)> OpenAsync(Scene scene, string secret)
    {
        var opened = (await scene.Console.As(scene.Key).Post("sessions", new
        {
            onBehalfOf = "dana@example.com",
            purpose = $"With {secret}",
            client = new { name = secret, version = secret, model = secret, host = secret },
        })).Is(HttpStatusCode.Created);
        return (scene.Console.As(opened.Text("token")), opened.Text("id"));
    }

    /// <summary>All texts of it, unescaped.</summary>
    private static string Plain(JsonNode? node) => node switch
    {
        JsonObject members => string.Join('\n', members.Select(m => $"{m.Key}: {Plain(m.Value)}")),
        JsonArray items => string.Join('\n', items.Select(Plain)),
        _ => node?.ToString() ?? "",
    };

    private void Note(Activity activity) => _traced.Enqueue(
        $"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(t => $"{t.Key}={t.Value}"))} {string.Join(' ', activity.Baggage)} {string.Join(' ', activity.Events.SelectMany(e => e.Tags))}");
}
