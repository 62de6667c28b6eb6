using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>The real product with everything on, in a process of its own, with agents, sessions and rules.</summary>
internal sealed class Product : IAsyncDisposable
{
    private const string AdminToken = "aap_the-administrator-of-the-benchmarks-0123456789";

    private static readonly object[] Rules =
    [
        Rule("Secrets are never read by agents", "deny", "secret.*"),
        Rule("Reading is free", "allow", "*.read"),
        Rule("Wiki edits can be stopped", "veto", "wiki.*"),
        Rule("Money takes two", "review", "payment.*", new { from = "Manager", count = 2 }),
        Rule("Posts to forums", "review", "forum.*", new { from = "Reviewer", count = 1 }),
    ];

    private readonly string _folder;
    private readonly string _assembly;
    private readonly Dictionary<string, string> _settings;
    private readonly IPlace _place;
    private readonly ServerProcess _process;

    private Product(string folder, string assembly, Dictionary<string, string> settings, IPlace place, ServerProcess process) =>
        (_folder, _assembly, _settings, _place, _process) = (folder, assembly, settings, place, process);

    public ServerProcess Process => _process;

    public int Port => _process.Port;

    /// <summary>Another process goes on with the database.</summary>
    public bool KeepFolder { get; set; }

    public string Folder => _folder;

    /// <summary>Its file, where it is one.</summary>
    public string Database => Path.Combine(_folder, "product.db");

    /// <summary>Tokens of the sessions, by agent in turn.</summary>
    public IReadOnlyList<string> Tokens { get; private set; } = [];

    public IReadOnlyList<string> Agents { get; private set; } = [];

    /// <param name="assembly">The host to start; default: the one built beside this program.</param>
    /// <param name="place">Where its database is made; default: a file in its folder.</param>
    public static async Task<Product> StartAsync(string? folder = null, string? assembly = null, IReadOnlyDictionary<string, string>? settings = null, IPlace? place = null)
    {
        folder ??= Directory.CreateTempSubdirectory("agent-approvals-benchmark-").FullName;
        assembly ??= Path.Combine(AppContext.BaseDirectory, "AgentApprovals.dll");
        place ??= new FilePlace(folder);
        var environment = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Database__Engine"] = $"{place.Engine}",
            ["Database__ConnectionString"] = place.New(),
            ["Database__MigrateOnStart"] = "true",
            ["DataProtection__KeyFile"] = KeyFile(folder),
            ["Setup__AdminEmail"] = "root@example.com",
            ["Setup__AdminToken"] = AdminToken,
            // As a published build has it: no look at the source's files with each request.
            ["ReloadStaticAssetsAtRuntime"] = "false",
        };
        return new(folder, assembly, environment, place, await ServerProcess.StartAsync(assembly, [], environment));
    }

    /// <summary>Another node on the same database.</summary>
    public Task<ServerProcess> StartAnotherAsync() =>
        ServerProcess.StartAsync(_assembly, [], new Dictionary<string, string>(_settings) { ["Stop__SpoolPath"] = Path.Combine(_folder, "another") });

    /// <summary>Rules, agents that may ask for much, and their sessions.</summary>
    public async Task<Product> SetSceneAsync(int agents = 8, int sessionsOfEach = 8, object[]? rules = null)
    {
        using var admin = Client(AdminToken);
        await SendAsync(admin, HttpMethod.Put, "policies", new { version = 0, rules = rules ?? Rules });
        var names = new List<string>();
        var tokens = new List<string>();
        for (var i = 0; i < agents; i++)
        {
            var limits = new { maxPending = 1_000_000, maxActionsPerMinute = 10_000_000, maxSessions = 1000, sessionSeconds = 86400 };
            var agent = await SendAsync(admin, HttpMethod.Post, "agents", new { name = $"agent-{i}", displayName = $"Agent {i}", owner = "owner@example.com", actsFor = new[] { "*" }, labels = new[] { "forum" } });
            var id = agent["id"]!.ToString();
            names.Add(id);
            await SendAsync(admin, HttpMethod.Patch, $"agents/{id}", new { limits });
            await SendAsync(admin, HttpMethod.Put, $"agents/{id}/permissions", new { version = 0, items = new[] { new { type = "wiki.*", resource = "*" }, new { type = "forum.*", resource = "forum://*" } } });
            var key = (await SendAsync(admin, HttpMethod.Post, $"agents/{id}/keys", new { name = "benchmark" }))["key"]!.ToString();
            using var opener = Client(key);
            for (var s = 0; s < sessionsOfEach; s++)
                tokens.Add((await SendAsync(opener, HttpMethod.Post, "sessions", new { onBehalfOf = "dana@example.com" }))["token"]!.ToString());
        }

        (Agents, Tokens) = (names, tokens);
        return this;
    }

    public HttpClient Admin() => Client(AdminToken);

    public HttpClient Client(string token, int? port = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4096 }) { BaseAddress = new Uri($"http://127.0.0.1:{port ?? Port}/api/v1/"), Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web) };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text.Length == 0 ? "{}" : text)! : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>Leads to a copy of the database as it is now, for a server that is compared with this one.</summary>
    public string CopyDatabase() => _place.CopyOf(_settings["Database__ConnectionString"]);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (!KeepFolder)
            Directory.Delete(_folder, recursive: true);
    }

    private static string KeyFile(string folder)
    {
        var file = Path.Combine(folder, "benchmark.key");
        if (!File.Exists(file))
            File.WriteAllBytes(file, RandomNumberGenerator.GetBytes(32));
        return file;
    }

    private static object Rule(string name, string mode, string type, object? from = null) => new
    {
        name,
        mode,
        match = new { types = new[] { type } },
        requires = new[] { new[] { from ?? new { from = "Reviewer", count = 1 } } },
        confirmationWindowSeconds = 60,
        // What is measured is each by itself, not gathered.
        burst = new { count = 10_000, perSeconds = 1 },
        expiresAfterSeconds = 86400,
    };
}
