using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Nodes;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>The built console as a process of its own, with one agent: it can be killed, and started again at the same address on the same database.</summary>
public sealed class RealConsole : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agent-approvals-real-").FullName;
    private readonly List<Supervised> agents = [];
    private Node node = null!;

    private RealConsole()
    {
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public string AgentId { get; private set; } = "";

    public Person Admin => node.Admin;

    private string Key { get; set; } = "";

    public static async Task<RealConsole> StartAsync(int leaseSeconds)
    {
        var console = new RealConsole();
        await console.StartAsync();
        var body = new { name = "kept", owner = "owner@example.com", actsFor = new[] { "*" }, limits = new { leaseSeconds } };
        console.AgentId = (await console.Admin.Post("agents", body)).Is(HttpStatusCode.Created).Text("id");
        console.Key = (await console.Admin.Post($"agents/{console.AgentId}/keys", new { name = "test" })).Is(HttpStatusCode.Created).Text("key");
        return console;
    }

    /// <summary>Starts it, or starts it again.</summary>
    public async Task StartAsync()
    {
        node = await Node.StartAsync(new()
        {
            ["Database__ConnectionString"] = Suite.Database(folder),
            ["DataProtection__KeyFile"] = Path.Combine(folder, "test.key"),
            ["Stop__SpoolPath"] = Path.Combine(folder, "spool"),
            ["Setup__AdminEmail"] = TestConsole.AdminEmail,
            ["Setup__AdminToken"] = TestConsole.AdminToken,
            ["Deadlines__Hangfire"] = "false",
            ["Webhooks__Sends"] = "false",
            ["Urls"] = Address.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Logging__LogLevel__Default"] = "Information",
        });
        Address = node.Address;
    }

    public async Task KillAsync() => await node.DisposeAsync();

    /// <summary>An agent that counts and traps what asks it to end, once it does.</summary>
    public async Task<(Supervised Run, string Session)> AgentAsync(string user, string mechanism, string script = Ticking.Script)
    {
        var run = Supervised.Start(Address.ToString(), Key, user, mechanism, script);
        lock (agents)
            agents.Add(run);
        await run.WaitForFileAsync("tick");
        return (run, await run.SessionAsync());
    }

    public async Task<JsonNode> SessionAsync(string id) => (await Admin.Get($"sessions/{id}")).Is(HttpStatusCode.OK);

    /// <summary>A layer of the receipt of the stop that cut the session off; null where none did.</summary>
    public async Task<(string State, string Detail)?> LayerAsync(string session, string layer)
    {
        var stop = (await Admin.Get("stops?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().FirstOrDefault(s => (string?)s!["targetId"] == session);
        return stop is null ? null : LayerOf((await Admin.Get($"stops/{stop["id"]}")).Is(HttpStatusCode.OK), layer);
    }

    public static (string State, string Detail) LayerOf(JsonNode receipt, string layer)
    {
        var found = receipt["layers"]!.AsArray().Single(l => (string?)l!["layer"] == layer)!;
        return (found.Text("state"), found.Text("detail"));
    }

    public async ValueTask DisposeAsync()
    {
        agents.ForEach(a => a.Dispose());
        await node.DisposeAsync();
        Suite.Drop(folder);
    }
}
