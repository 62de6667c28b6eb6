using AgentApprovals.Data.Storage;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Hosting;

/// <summary>Where the ledger is kept (<c>Database:*</c>).</summary>
public sealed class DatabaseSettings
{
    public const string Section = "Database";

    public DatabaseEngine Engine { get; set; } = DatabaseEngine.Sqlite;

    /// <summary>Default: a file in the user's local application data folder, never beside the binary, where a clean build would take it.</summary>
    public string? ConnectionString { get; set; }
    public bool MigrateOnStart { get; set; } = true;
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

/// <summary><c>Deadlines:*</c>: which of the two clocks write down what is due. Either alone is enough; neither decides.</summary>
public sealed class DeadlineSettings
{
    public const string Section = "Deadlines";

    public bool Timer { get; set; } = true;
    public bool Hangfire { get; set; } = true;
}

/// <summary>All faults of the configuration at once, each under its key.</summary>
internal sealed class SettingsValidation(IConfiguration configuration) :
    IValidateOptions<DatabaseSettings>, IValidateOptions<SetupSettings>, IValidateOptions<PolicySettings>
{
    public ValidateOptionsResult Validate(string? name, DatabaseSettings options) =>
        configuration["Database:Engine"] is { } engine && !Enum.TryParse<DatabaseEngine>(engine, ignoreCase: true, out _)
            ? ValidateOptionsResult.Fail($"Database:Engine is '{engine}'; it must be one of {string.Join(", ", Enum.GetNames<DatabaseEngine>())}.")
            : ValidateOptionsResult.Success;

    public ValidateOptionsResult Validate(string? name, SetupSettings options)
    {
        var faults = new List<string>();
        if (options.AdminEmail is { } email && !Domain.People.Email.IsPlausible(email))
            faults.Add("Setup:AdminEmail is not an e-mail address.");
        if (options.AdminToken is { } token && (token.Length < 40 || !token.StartsWith(Domain.People.Token.Person, StringComparison.Ordinal)))
            faults.Add("Setup:AdminToken must begin with aap_ and have at least 40 characters.");
        if (options is { AdminToken: not null, AdminEmail: null })
            faults.Add("Setup:AdminEmail is missing; Setup:AdminToken belongs to it.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public ValidateOptionsResult Validate(string? name, PolicySettings options) => options.MinimumWindowSeconds is >= 0 and <= 86400
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("Policy:MinimumWindowSeconds must be from 0 to 86400.");
}
