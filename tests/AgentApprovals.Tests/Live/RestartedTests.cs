using System.Collections.Concurrent;
using System.Net;
using AgentApprovals.Live;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>A console that is restarted under open polls and streams: nobody is refused, and who comes back has missed nothing.</summary>
public sealed class RestartedTests
{
    [Fact]
    public async Task Nobody_gets_an_error_and_nothing_is_missed_or_told_twice()
    {
        var before = new TestConsole(timer: false, hangfire: false);
        var (folder, port) = (before.Folder, before.Address.Port);
        var scene = await Scene.SetAsync(before, new[] { Scene.Rule() });
        var run = await scene.SessionAsync();
        var held = await run.Submitted(Scene.Post("forum://held"));
        var polls = Enumerable.Range(0, 20).Select(_ => run.Agent.Get($"actions/{held["id"]}?wait=60")).ToList();
        var streams = new List<EventClient> { await EventClient.OpenAsync(run.Agent), await EventClient.OpenAsync(scene.Admin) };
        var connections = before.Services.GetRequiredService<Connections>();
        await Eventually.IsAsync(() => Task.FromResult(connections.Count == 21));

        // Somebody goes on asking all the while; what is refused is only what found nobody listening.
        var refused = new ConcurrentBag<Answer>();
        using var enough = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            var asked = 0;
            for (; !enough.IsCancellationRequested; asked++)
            {
                Answer? answer;
                while ((answer = await AskedAsync(run, asked)) is null)
                    await Task.Delay(5, CancellationToken.None);
                if (answer.Status != HttpStatusCode.Created)
                    refused.Add(answer);
            }

            return asked;
        }, TestContext.Current.CancellationToken);
        await streams[0].UntilAsync("action.submitted", 5);
        await before.DisposeAsync();
        foreach (var poll in polls)
            Assert.Equal("pending", (string?)(await poll).Is(HttpStatusCode.OK)["status"]);
        foreach (var stream in streams)
            await stream.Ended;

        await using var after = new TestConsole(timer: false, hangfire: false, folder: folder, port: port);
        _ = after.Address;
        var resumed = new List<EventClient> { await EventClient.OpenAsync(run.Agent, streams[0].Sequences[^1]), await EventClient.OpenAsync(scene.Admin, streams[1].Sequences[^1]) };
        await resumed[0].UntilAsync("action.submitted", 5);
        await enough.CancelAsync();
        var all = await asking;
        Assert.Empty(refused);
        foreach (var (first, second) in streams.Zip(resumed))
        {
            await Eventually.IsAsync(() => Task.FromResult(first.Told.Concat(second.Told).Count(e => e.EventType == "action.submitted") >= all));
            var told = first.Sequences.Concat(second.Sequences).ToList();
            Assert.Equal(told.Order().Distinct(), told);
            var asked = first.Told.Concat(second.Told).Where(e => e.EventType == "action.submitted").Select(e => (string?)e.Data["data"]!["resource"]);
            Assert.Equal(Enumerable.Range(0, all).Select(i => $"forum://{i}"), asked);
        }

        var ofAdmin = streams[1].Sequences.Concat(resumed[1].Sequences).ToList();
        Assert.Equal(Enumerable.Range(0, ofAdmin.Count).Select(i => ofAdmin[0] + i), ofAdmin);
    }

    private static async Task<Answer?> AskedAsync(Run run, int number)
    {
        try
        {
            return await run.Submit(Scene.Post($"forum://{number}"), $"key {number}");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
