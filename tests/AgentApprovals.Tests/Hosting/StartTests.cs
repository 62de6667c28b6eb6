using System.Net;
using AgentApprovals.Tests.Drivers;
using Microsoft.Data.Sqlite;
using Xunit;

namespace AgentApprovals.Tests.Hosting;

/// <summary>How the published console starts, and when it refuses to: with 78 (EX_CONFIG), and the reason by its key.</summary>
public sealed class StartTests(PublishedConsole published) : IClassFixture<PublishedConsole>
{
    private const int Refused = 78;
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;

    private Dictionary<string, string> Settings => PublishedConsole.Settings(_folder);

    [Fact]
    public async Task It_serves_from_any_folder_and_finds_its_settings_file()
    {
        await using var console = await published.ServeAsync(Settings);
        (await console.Admin.Get("agents")).Is(HttpStatusCode.OK);
        var ready = (await console.As(null).Get("/health/ready")).Is(HttpStatusCode.OK);
        Assert.Equal("healthy", ready.Text("status"));
        Assert.Equal(["chain", "clock", "database", "feed", "intake", "jobServer", "ledgerWriter"], ready["checks"]!.AsObject().Select(c => c.Key).Order());
        Assert.All(ready["checks"]!.AsObject(), c => Assert.NotEmpty(c.Value!.Text("reason")));
        Assert.Equal("healthy", (await console.As(null).Get("/health/live")).Text("status"));
        // Quiet as appsettings.json says: of the framework, warnings alone.
        Assert.DoesNotContain("Microsoft.AspNetCore", console.Printed, StringComparison.Ordinal);
        Assert.Matches(@"http://127\.0\.0\.1:\d+/account/setup\?link=aau_", console.Printed);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "ledger.key")));
    }

    [Fact]
    public async Task Every_fault_of_the_configuration_is_told_at_once_by_its_key()
    {
        var (code, output) = await published.RunAsync([], new()
        {
            ["Database__Engine"] = "Oracle",
            ["Database__ConnectionString"] = "Sauce=x",
            ["Database__MigrateOnStart"] = "perhaps",
            ["Setup__AdminEmail"] = "nobody",
            ["Setup__AdminToken"] = "aap_short-and-secret",
            ["Policy__MinimumWindowSeconds"] = "-1",
            ["Deadlines__Timer"] = "2",
            ["Webhooks__Sends"] = "sometimes",
            ["Webhooks__AllowedNetworks"] = "10.0.0.0/8, everywhere",
            ["DataProtection__KeyFile"] = Path.Combine(_folder, "not", "there"),
            ["ForwardedHeaders__KnownProxies"] = "proxy.example.com",
            ["Urls"] = "5080",
        });
        Assert.Equal(Refused, code);
        foreach (var key in new[] { "Database:Engine", "Database:ConnectionString", "Database:MigrateOnStart", "Setup:AdminEmail", "Setup:AdminToken",
            "Policy:MinimumWindowSeconds", "Deadlines:Timer", "Webhooks:Sends", "Webhooks:AllowedNetworks", "DataProtection:KeyFile", "ForwardedHeaders:KnownProxies", "Urls" })
        {
            Assert.Contains($"{key}: ", output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("short-and-secret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_is_refused_and_the_first_goes_on()
    {
        await using var first = await published.ServeAsync(Settings);
        var (code, output) = await published.RunAsync([], Settings);
        Assert.Equal(Refused, code);
        Assert.Contains("Another process uses the database", output, StringComparison.Ordinal);
        Assert.Equal(Refused, (await published.RunAsync(["migrate"], Settings)).ExitCode);
        (await first.Admin.Put("instructions", new { text = "Still here" })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Migrating_is_a_verb_of_its_own_where_a_start_may_not()
    {
        var settings = Settings;
        settings["Database__MigrateOnStart"] = "false";
        var (code, output) = await published.RunAsync([], settings);
        Assert.Equal(Refused, code);
        Assert.Contains("-- migrate", output, StringComparison.Ordinal);
        Assert.Equal(0, (await published.RunAsync(["migrate"], settings)).ExitCode);
        await using var console = await published.ServeAsync(settings);
        (await console.Admin.Get("agents")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_database_of_another_version_is_left_alone()
    {
        Assert.Equal(0, (await published.RunAsync(["migrate"], Settings)).ExitCode);
        await ExecuteAsync("INSERT INTO __EFMigrationsHistory VALUES ('29991231235959_FromTheFuture', '99.0')");
        foreach (var arguments in new[] { Array.Empty<string>(), ["migrate"] })
        {
            var (code, output) = await published.RunAsync(arguments, Settings);
            Assert.Equal(Refused, code);
            Assert.Contains("FromTheFuture", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("this is no database")]
    [InlineData(null)]
    public async Task What_is_no_database_is_refused_by_its_key(string? text)
    {
        if (text is null)
            Directory.CreateDirectory(Path.Combine(_folder, "ledger.db"));
        else
            await File.WriteAllTextAsync(Path.Combine(_folder, "ledger.db"), string.Concat(Enumerable.Repeat(text, 100)), TestContext.Current.CancellationToken);
        var (code, output) = await published.RunAsync([], Settings);
        Assert.Equal(Refused, code);
        Assert.Contains("Database:ConnectionString: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_is_none_and_a_taken_port_are_refused_by_their_keys()
    {
        await using var first = await published.ServeAsync(Settings);
        var settings = PublishedConsole.Settings(Directory.CreateTempSubdirectory("agent-approvals-").FullName);
        settings["Urls"] = first.As(null).Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var (taken, output) = await published.RunAsync([], settings);
        Assert.Equal(Refused, taken);
        Assert.Contains("Urls: ", output, StringComparison.Ordinal);

        settings["Urls"] = "http://127.0.0.1:0";
        settings["DataProtection__KeyFile"] = Path.Combine(_folder, "short.key");
        await File.WriteAllTextAsync(settings["DataProtection__KeyFile"], "too short", TestContext.Current.CancellationToken);
        var (code, told) = await published.RunAsync([], settings);
        Assert.Equal(Refused, code);
        Assert.Contains("DataProtection:KeyFile: ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_serves_this_machine_alone_in_every_environment()
    {
        var demo = Settings;
        demo["ASPNETCORE_ENVIRONMENT"] = "Development";
        demo.Remove("Setup__AdminToken");
        demo["Urls"] = "http://0.0.0.0:0";
        var (code, output) = await published.RunAsync([], demo);
        Assert.Equal(Refused, code);
        Assert.Contains("Urls: ", output, StringComparison.Ordinal);
        demo["Urls"] = "http://127.0.0.1:0";
        await using (var console = await published.ServeAsync(demo))
            Assert.DoesNotContain("account/setup", console.Printed, StringComparison.Ordinal);

        // The control: without the demo's people the same addresses are served.
        var production = Settings;
        production["Urls"] = "http://127.0.0.1:0;http://0.0.0.0:0";
        Assert.Equal(Refused, (await published.RunAsync([], production)).ExitCode);
        production["Database__ConnectionString"] = $"Data Source={Path.Combine(_folder, "without-demo.db")}";
        await using var open = await published.ServeAsync(production);
        (await open.Admin.Get("agents")).Is(HttpStatusCode.OK);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
