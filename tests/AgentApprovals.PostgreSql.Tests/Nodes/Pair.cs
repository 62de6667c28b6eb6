using System.Net;
using AgentApprovals.Databases;
using AgentApprovals.Tests.Drivers;
using Npgsql;

namespace AgentApprovals.Tests.Nodes;

/// <summary>Two nodes on one database, each with a line to it that a test can cut or stall, and an agent that works on both.</summary>
public sealed class Pair : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-nodes-").FullName;
    private readonly FolderDatabases? _databases;
    private readonly string _database;

    private Pair(FolderDatabases? databases)
    {
        _databases = databases;
        _database = Suite.Database(_folder, databases);
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

    /// <summary>Both start at once, on an empty database.</summary>
    /// <param name="clockA">The wall clock of the first; null: the machine's.</param>
    /// <param name="databases">Where the database is; null: where all tests have theirs.</param>
    internal static async Task<Pair> StartAsync(object[]? rules = null, FakeClock? clockA = null, FakeClock? clockB = null, FolderDatabases? databases = null)
    {
        var pair = new Pair(databases);
        var nodes = new[] { pair.NodeAsync("a", clockA), pair.NodeAsync("b", clockB) };
        await Task.WhenAny(Task.WhenAll(nodes));
        if (Array.Exists(nodes, n => !n.IsCompletedSuccessfully))
        {
            // The one that serves does not outlive the test that it was started for.
            foreach (var node in nodes.Where(n => n.IsCompletedSuccessfully))
                await (await node).DisposeAsync();
        }

        (pair.A, pair.B) = (await nodes[0], await nodes[1]);
        if (rules is not null)
            (await pair.A.Admin.Put("policies", new { version = 0, rules })).Is(HttpStatusCode.OK);
        (pair.AgentId, pair.Key) = await pair.AgentAsync("forum-helper");
        return pair;
    }

    /// <summary>An agent with a key that may ask for anything, much of it.</summary>
    public async Task<(string Id, string Key)> AgentAsync(string name)
    {
        var body = new { name, owner = "owner@example.com", actsFor = new[] { "*" }, limits = new { maxPending = 100_000, maxActionsPerMinute = 600_000, maxSessions = 10_000 } };
        var id = (await A.Admin.Post("agents", body)).Is(HttpStatusCode.Created)["id"]!.ToString();
        (await A.Admin.Put($"agents/{id}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        return (id, (await A.Admin.Post($"agents/{id}/keys", new { name = "test" })).Is(HttpStatusCode.Created)["key"]!.ToString());
    }

    /// <summary>In the place of the one that ended or was killed, at the same address.</summary>
    public async Task RestartAAsync()
    {
        await A.DisposeAsync();
        A = await NodeAsync("a", address: A.Address);
    }

    /// <param name="waits">Until it serves, which it does not before it has reached the database.</param>
    public async Task RestartBAsync(bool waits = true)
    {
        await B.DisposeAsync();
        B = await NodeAsync("b", address: B.Address, waits: waits);
    }

    /// <summary>What a test that failed left: lines that are cut, nodes that stand still or are gone.</summary>
    public async Task MendAsync()
    {
        LineA.Mend();
        LineB.Mend();
        A.Thaw();
        B.Thaw();
        if (A.HasExited)
            await RestartAAsync();
        if (B.HasExited)
            await RestartBAsync();
    }

    /// <summary>A session opened at a node.</summary>
    public async Task<Run> SessionAsync(Node at, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(at);
        var session = (await at.As(key ?? Key).Post("sessions", new { onBehalfOf = "dana@example.com" })).Is(HttpStatusCode.Created);
        return new(at.As(session["token"]!.ToString()), session["id"]!.ToString(), session);
    }

    public async ValueTask DisposeAsync()
    {
        await LineA.DisposeAsync();
        await LineB.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
        Suite.Drop(_folder, _databases);
    }

    private Task<Node> NodeAsync(string name, FakeClock? clock = null, Uri? address = null, bool waits = true) => Node.StartAsync(Settings(name, address), clock, waits);

    private Dictionary<string, string> Settings(string name, Uri? address)
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
            ["ForwardedHeaders__KnownProxies"] = "127.0.0.1",
            ["Urls"] = address?.ToString() ?? "http://127.0.0.1:0",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Logging__LogLevel__Default"] = "Information",
        };
    }
}
