using System.Net.Http.Headers;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.People;
using AgentApprovals.Tests.Data;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace AgentApprovals.Tests.Drivers;

/// <summary>The real app on a real port of this machine, on a database of its own, which goes with it unless somebody asked for its folder.</summary>
public sealed class TestConsole : WebApplicationFactory<Program>
{
    public const string AdminToken = "aap_the-administrator-of-the-tests-0123456789";
    public const string AdminEmail = "root@example.com";

    private readonly string _folder;
    private bool _isKept;
    private readonly Dictionary<string, string?> _settings;
    private readonly Action<IServiceCollection>? _services;
    private readonly bool _losesContact;

    /// <param name="clock">A clock in the test's hand; null: the machine's.</param>
    /// <param name="folder">Another console's folder, to go on with its database; null: a new one.</param>
    /// <param name="services">What the test puts in the place of the app's own.</param>
    /// <param name="port">0: any that is free.</param>
    /// <param name="settings">More of the configuration, or other than the tests'.</param>
    /// <param name="losesContact">As the product: a server that says nothing for two seconds is lost. Else it has half a minute, since other tests keep the machine busy.</param>
    public TestConsole(FakeTimeProvider? clock = null, bool timer = true, bool hangfire = true, string environment = "Production", string? folder = null,
        Action<IServiceCollection>? services = null, int port = 0, IReadOnlyDictionary<string, string?>? settings = null, bool losesContact = false)
    {
        _services = services;
        _losesContact = losesContact;
        _folder = folder ?? Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        _isKept = folder is not null;
        Database = Suite.Database(_folder);
        Clock = clock;
        Environment = environment;
        _settings = new()
        {
            ["Database:Engine"] = $"{Suite.Engine}",
            ["Database:ConnectionString"] = Database,
            ["DataProtection:KeyFile"] = Path.Combine(_folder, "test.key"),
            ["Setup:AdminEmail"] = environment == "Production" ? AdminEmail : null,
            ["Setup:AdminToken"] = environment == "Production" ? AdminToken : null,
            ["Policy:MinimumWindowSeconds"] = "0",
            ["Deadlines:Timer"] = $"{timer}",
            ["Deadlines:Hangfire"] = $"{hangfire}",
            ["Webhooks:Sends"] = $"{hangfire}",
            ["Logging:LogLevel:Default"] = "Error",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
            _settings[key] = value;
        UseKestrel(port);
    }

    public FakeTimeProvider? Clock { get; }

    /// <summary>Where its database belongs to. Whoever asks may go on with it, so that it outlives this console.</summary>
    public string Folder
    {
        get
        {
            _isKept = true;
            return _folder;
        }
    }

    /// <summary>Leads to its database.</summary>
    public string Database { get; }

    private string Environment { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address
    {
        get
        {
            StartServer();
            return ClientOptions.BaseAddress;
        }
    }

    public Person Admin => As(AdminToken);

    /// <summary>A caller of the API with this token.</summary>
    public Person As(string? token) => new(Http(token));

    public HttpClient Http(string? token = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 }) { BaseAddress = new Uri(Address, "/api/v1/"), Timeout = TimeSpan.FromSeconds(100) };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await GoneAsync();
        if (_isKept)
            return;
        _isKept = true;
        Suite.Drop(_folder);
    }

    /// <summary>
    /// The factory and the app's own Main both take the app down, and the first that is done does not wait for the other: whoever goes on with
    /// the database would find it still in use. Where another console has it, there is nothing to wait for.
    /// </summary>
    private async Task GoneAsync()
    {
        var file = Path.Combine(_folder, "test.db.lock");
        for (var tries = 0; tries < 200 && File.Exists(file); tries++)
        {
            try
            {
                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                return;
            }
            catch (IOException)
            {
                await Task.Delay(10);
            }
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environment);
        foreach (var (key, value) in _settings.Where(s => s.Value is not null))
            builder.UseSetting(key, value);
        builder.ConfigureServices(services =>
        {
            if (Clock is not null)
            {
                // A server engine's clock is the ledger's: in the test's hand it is as well.
                var own = services.Single(s => s.ServiceType == typeof(ILedgerStore));
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                services.Replace(ServiceDescriptor.Singleton<ILedgerStore>(s => new StoreDriver((ILedgerStore)own.ImplementationFactory!(s), Clock)));
            }

            if (!_losesContact)
                services.Replace(ServiceDescriptor.Singleton(new Contact(Suite.Engine != DatabaseEngine.Sqlite, new Unhurried())));
            _services?.Invoke(services);
        });
    }

    /// <summary>A fifteenth of the time that elapses.</summary>
    private sealed class Unhurried : TimeProvider
    {
        public override long GetTimestamp() => System.GetTimestamp() / 15;
    }
}
