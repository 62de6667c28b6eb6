using System.Net;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Webhooks;
using Microsoft.Data.Sqlite;

namespace AgentApprovals.Hosting;

/// <summary>Everything that is wrong with the configuration, at once, each under its key: a start tells all of it and ends with 78 (EX_CONFIG).</summary>
internal sealed class SettingsFaults
{
    private readonly IConfiguration _configuration;
    private readonly List<string> _faults = [];

    private SettingsFaults(IConfiguration configuration) => _configuration = configuration;

    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        var settings = new SettingsFaults(configuration);
        settings.Database();
        settings.Setup();
        settings.Integer("Policy:MinimumWindowSeconds", 0, 86_400);
        settings.Integer("Retention:PayloadDays", 1, 36_500);
        settings.Flag("Deadlines:Timer");
        settings.Flag("Deadlines:Hangfire");
        settings.Flag("Webhooks:Sends");
        settings.Networks();
        settings.Addresses();
        settings.Proxies();
        settings.KeyFile();
        settings.Spool();
        return settings._faults;
    }

    private void Database()
    {
        var named = Text("Database:Engine");
        if (named is not null && !Enum.GetNames<DatabaseEngine>().Contains(named, StringComparer.OrdinalIgnoreCase))
            Fault("Database:Engine", $"'{named}' is not one of {string.Join(", ", Enum.GetNames<DatabaseEngine>())}.");
        Flag("Database:MigrateOnStart");
        var engine = Enum.TryParse<DatabaseEngine>(named, ignoreCase: true, out var known) ? known : DatabaseEngine.Sqlite;
        if (Text("Database:ConnectionString") is { } connection)
            Connection(engine, connection);
        else if (engine != DatabaseEngine.Sqlite)
            Fault("Database:ConnectionString", $"It is missing; {engine} has no default.");
        if (engine != DatabaseEngine.Sqlite && Text("DataProtection:KeyFile") is null)
            Fault("DataProtection:KeyFile", $"It is missing. With {engine} each node needs the same file of 32 random bytes (mode 0600), outside the database.");
    }

    private void Connection(DatabaseEngine engine, string connection)
    {
        try
        {
            var parsed = DatabasePlace.Parse(engine, connection);
            if (parsed is SqliteConnectionStringBuilder file)
            {
                if (file.DataSource.Length == 0 || file.DataSource == ":memory:" || file.Mode == SqliteOpenMode.Memory)
                    Fault("Database:ConnectionString", "It must name a file, as in 'Data Source=/var/lib/agent-approvals/ledger.db'.");
            }
            else if (DatabasePlace.Parts(parsed) is var (server, database) && (server.Length == 0 || database.Length == 0))
            {
                Fault("Database:ConnectionString", "It must name a server and a database.");
            }
        }
        catch (ArgumentException e)
        {
            // The message names the bad keyword and not its value, which may be a secret.
            Fault("Database:ConnectionString", e.Message);
        }
    }

    private void Setup()
    {
        if (Text("Setup:AdminEmail") is { } email && !Email.IsPlausible(email))
            Fault("Setup:AdminEmail", "It is not an e-mail address.");
        if (Text("Setup:AdminToken") is not { } token)
            return;
        if (token.Length < 40 || !token.StartsWith(Token.Person, StringComparison.Ordinal))
            Fault("Setup:AdminToken", "It must begin with aap_ and have at least 40 characters.");
        if (Text("Setup:AdminEmail") is null)
            Fault("Setup:AdminEmail", "It is missing; Setup:AdminToken belongs to it.");
    }

    private void Addresses()
    {
        foreach (var address in BoundAddresses.Configured(_configuration))
        {
            try
            {
                BindingAddress.Parse(address);
            }
            catch (FormatException)
            {
                Fault("Urls", $"'{address}' is not an address, as http://localhost:5080 is.");
            }
        }
    }

    private void Proxies()
    {
        foreach (var proxy in KnownProxies.Configured(_configuration).Where(p => !IPAddress.TryParse(p, out _)))
            Fault(KnownProxies.Key, $"'{proxy}' is not an IP address.");
    }

    private void Networks()
    {
        foreach (var network in WebhookSettings.Configured(_configuration).Where(n => !AddressGuard.TryReadNetwork(n, out _)))
            Fault(WebhookSettings.NetworksKey, $"'{network}' is not a network, as 10.1.0.0/16 is.");
    }

    private void KeyFile()
    {
        if (Text("DataProtection:KeyFile") is not { } path)
            return;
        if (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            Fault("DataProtection:KeyFile", $"'{path}' is not a file in a folder that is there.");
    }

    private void Spool()
    {
        if (Text(StopSettings.SpoolPathKey) is not { } path)
            return;
        var full = Path.GetFullPath(path);
        if (File.Exists(full) || (!Directory.Exists(full) && !Directory.Exists(Path.GetDirectoryName(full))))
            Fault(StopSettings.SpoolPathKey, $"'{path}' is not a folder, nor the name of one in a folder that is there.");
    }

    private void Integer(string key, int least, int most)
    {
        if (Text(key) is { } text && !(int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
            Fault(key, $"'{text}' is not an integer from {least} to {most}.");
    }

    private void Flag(string key)
    {
        if (Text(key) is { } text && !bool.TryParse(text, out _))
            Fault(key, $"'{text}' is neither true nor false.");
    }

    private string? Text(string key) => string.IsNullOrEmpty(_configuration[key]) ? null : _configuration[key];

    private void Fault(string key, string message) => _faults.Add($"{key}: {message}");
}
