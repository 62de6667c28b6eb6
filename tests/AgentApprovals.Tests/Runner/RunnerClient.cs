using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client.Runner;
using AgentApprovals.Tests.Drivers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace AgentApprovals.Tests.Runner;

/// <summary>A runner without a cage: it keeps what it was told, and answers what the test says.</summary>
internal sealed class RunnerClient : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunnerClient(Uri console, string token)
    {
        _hub = new HubConnectionBuilder().WithUrl(new Uri(console, RunnerHub.Path), o => o.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        foreach (var order in new[] { RunnerHub.Stop, RunnerHub.Pause, RunnerHub.Continue })
        {
            _hub.On(order, () =>
            {
                lock (Told)
                    Told.Add(order);
                return Answer(order);
            });
        }

        _hub.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public List<string> Told { get; } = [];

    /// <summary>What it answers an order with: seven processes killed, none left, unless the test says otherwise.</summary>
    public Func<string, Task<CageReport>> Answer { get; set; } = order => Task.FromResult(new CageReport(7, order == RunnerHub.Stop ? 0 : 7, 5, "cgroup", order.ToLowerInvariant()));

    public Task Closed => _closed.Task;

    public static Task<RunnerClient> ConnectAsync(TestConsole console, string token, Func<string, Task<CageReport>>? answer = null) => ConnectAsync(console.Address, token, answer);

    public static async Task<RunnerClient> ConnectAsync(Uri console, string token, Func<string, Task<CageReport>>? answer = null)
    {
        var client = new RunnerClient(console, token);
        client.Answer = answer ?? client.Answer;
        await client._hub.StartAsync();
        // The handshake says nothing of the place: calls are answered only once it was given, even one of a method that is not there.
        await Assert.ThrowsAsync<HubException>(() => client._hub.InvokeAsync("IsAnyoneThere"));
        return client;
    }

    public Task<Lease> RenewAsync() => _hub.InvokeAsync<Lease>(RunnerHub.Renew);

    public Task ReportAsync(CageReport report) => _hub.InvokeAsync(RunnerHub.Report, report);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}

/// <summary>A session under a runner.</summary>
internal sealed record Supervised(Run Run, string RunnerToken)
{
    public string Id => Run.Id;

    public static object With(string mechanism = "cgroup", bool isolated = false, string host = "build-7") => new { host, mechanism, isolated };

    public static async Task<Supervised> OpenAsync(Scene scene, object? runner = null)
    {
        var opened = (await scene.Console.As(scene.Key).Post("sessions", new { onBehalfOf = "dana@example.com", runner = runner ?? With() })).Is(HttpStatusCode.Created);
        return new(new(scene.Console.As(opened["token"]!.ToString()), opened["id"]!.ToString(), opened), opened["runnerToken"]!.ToString());
    }

    public Task<RunnerClient> ConnectAsync(TestConsole console, Func<string, Task<CageReport>>? answer = null) => RunnerClient.ConnectAsync(console, RunnerToken, answer);

    public async Task<JsonNode> LookAsync(Scene scene) => (await scene.Admin.Get($"sessions/{Id}")).Is(HttpStatusCode.OK);

    public async Task<string> StateAsync(Scene scene) => (string)(await LookAsync(scene))["runner"]!["state"]!;

    public static (string State, long? AfterMs, string Detail) Layer(JsonNode receipt, string name)
    {
        var layer = receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == name)!;
        return ((string)layer["state"]!, (long?)layer["afterMs"], (string)layer["detail"]!);
    }
}
