using System.Net;
using AgentApprovals.Tests.Drivers;
using Npgsql;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>Two nodes on one database, each with a line to it that a test can cut or stall, and an agent that works on both.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-nodes-").FullName;
    private readonly string _database;

    private Pair()
    {
        _database = Suite.Database(_folder);
        var place = new NpgsqlConnectionStringBuilder(_database);
        (LineA, LineB) = (new(place.Host!, place.Port), new(place.Host!, place.Port));
    }

    public Line LineA { get; }

    public Line LineB { get; }

    public Node A { get; private set; } = null!;

    public Node B { get; private set; } = null!;

    public string AgentId { get; private set; } = "";

    public string Key { get; private set; } = "";

    /// <summary>A folder for what a node keeps on its own disk.</summary>
    public string SpoolOf(string name) => Path.Combine(_folder, name);

    public static async Task<Pair> StartAsync(string? clockOfA = null, string? clockOfB = null, object[]? rules = null)
    {
        var pair = new Pair();
        pair.A = await Node.StartAsync(pair.Settings("a"), clockOfA);
        pair.B = await Node.StartAsync(pair.Settings("b"), clockOfB);
        if (rules is not null)
            (await pair.A.Admin.Put("policies", new { version = 0, rules })).Is(HttpStatusCode.OK);
        var body = new { name = "forum-helper", owner = "owner@example.com", actsFor = new[] { "*" }, limits = new { maxPending = 100_000, maxActionsPerMinute = 600_000, maxSessions = 10_000 } };
        pair.AgentId = (await pair.A.Admin.Post("agents", body)).Is(HttpStatusCode.Created)["id"]!.ToString();
        (await pair.A.Admin.Put($"agents/{pair.AgentId}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        pair.Key = (await pair.A.Admin.Post($"agents/{pair.AgentId}/keys", new { name = "test" })).Is(HttpStatusCode.Created)["key"]!.ToString();
        return pair;
    }

    public Task<Node> NodeAsync(string name, string? clock = null, bool waits = true) => Node.StartAsync(Settings(name), clock, waits);

    public async Task RestartBAsync(bool waits = true) => B = await NodeAsync("b", waits: waits);

    public async Task RestartAAsync() => A = await NodeAsync("a");

    /// <summary>A session opened at a node.</summary>
    public async Task<Run> SessionAsync(Node at)
    {
        var session = (await at.As(Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).Is(HttpStatusCode.Created);
        return new(at.As(session["token"]!.ToString()), session["id"]!.ToString(), session);
    }

    public async ValueTask DisposeAsync()
    {
        await LineA.DisposeAsync();
        await LineB.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
        Suite.Drop(_folder);
    }

    private Dictionary<string, string> Settings(string name)
    {
        var line = name == "a" ? LineA : LineB;
        return new()
        {
            ["Database__Engine"] = $"{Suite.Engine}",
            ["Database__ConnectionString"] = new NpgsqlConnectionStringBuilder(_database) { Host = "127.0.0.1", Port = line.Port }.ToString(),
            ["DataProtection__KeyFile"] = Path.Combine(_folder, "test.key"),
            ["Stop__SpoolPath"] = SpoolOf(name),
            ["Setup__AdminEmail"] = TestConsole.AdminEmail,
            ["Setup__AdminToken"] = TestConsole.AdminToken,
            ["Policy__MinimumWindowSeconds"] = "0",
            ["Webhooks__AllowedNetworks"] = "127.0.0.0/8",
            ["Urls"] = "http://127.0.0.1:0",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Logging__LogLevel__Default"] = "Information",
        };
    }
}
