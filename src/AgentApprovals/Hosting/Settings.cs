using AgentApprovals.Data.Storage;

namespace AgentApprovals.Hosting;

/// <summary>Where the ledger is kept (<c>Database:*</c>).</summary>
public sealed class DatabaseSettings
{
    public const string Section = "Database";

    public DatabaseEngine Engine { get; set; } = DatabaseEngine.Sqlite;

    /// <summary>
    /// Default on SQLite: a file in the user's local application data folder, never beside the binary, where a clean build would take it. The other
    /// engines have none.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Default: true on SQLite, false on a server, whose schema somebody with more rights brings up to date.</summary>
    public bool? MigrateOnStart { get; set; }
}

/// <summary>The first administrator (<c>Setup:*</c>), for a first start on an empty database.</summary>
public sealed class SetupSettings
{
    public const string Section = "Setup";

    public string? AdminEmail { get; set; }
    public string? AdminToken { get; set; }
}

/// <summary><c>Policy:*</c></summary>
public sealed class PolicySettings
{
    public const string Section = "Policy";

    /// <summary>What an irreversible action waits at least, in every mode.</summary>
    public int MinimumWindowSeconds { get; set; } = 10;
}

/// <summary><c>Retention:*</c></summary>
public sealed class RetentionSettings
{
    public const string Section = "Retention";

    /// <summary>Days after its end for which an action's payload, reason and messages are kept; null: for ever. The ledger itself is always kept.</summary>
    public int? PayloadDays { get; set; }
}

/// <summary><c>Deadlines:*</c>: which of the two clocks write down what is due. Either alone is enough; neither decides.</summary>
public sealed class DeadlineSettings
{
    public const string Section = "Deadlines";

    public bool Timer { get; set; } = true;
    public bool Hangfire { get; set; } = true;
}

/// <summary><c>Stop:*</c></summary>
/// <param name="SpoolPath">The folder that keeps stops which can't be recorded yet, and the socket of the <c>stop</c> command.</param>
public sealed record StopSettings(string SpoolPath)
{
    public const string SpoolPathKey = "Stop:SpoolPath";

    /// <summary>By default beside the key file.</summary>
    public static StopSettings Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var database = configuration.GetSection(DatabaseSettings.Section).Get<DatabaseSettings>() ?? new();
        return new(Path.GetFullPath(configuration[SpoolPathKey] ?? Path.ChangeExtension(new DatabasePlace(Microsoft.Extensions.Options.Options.Create(database), configuration).KeyFile, ".spool")));
    }
}
