using AgentApprovals.Data.Queries;
using AgentApprovals.Demo;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.People;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Hosting;

/// <summary>
/// Opens the ledger, makes the first administrator on an empty database, and prints the one-time link where nobody can sign in
/// yet. In Development, without a token of the operator's own, it makes the demo's people, agents and rules instead.
/// </summary>
internal sealed partial class FirstStart(
    Data.Ledger.Ledger ledger, Reader reader, Roster roster, IOptions<SetupSettings> settings, IHostEnvironment environment, DemoSeed demo,
    IConfiguration configuration, ILogger<FirstStart> log) : IHostedService
{
    private static readonly SystemActor Setup = new("setup");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        (await ledger.CommitAsync(new OpenLedger())).Require();
        await roster.FillAsync();
        var isEmpty = !await reader.LookAsync(db => db.People.AnyAsync(cancellationToken));
        if (!isEmpty || !environment.IsDevelopment() || settings.Value.AdminToken is not null)
            await AdministratorAsync(isEmpty);
        else if (BoundAddresses.AreLoopback(BoundAddresses.Configured(configuration)))
            await demo.SeedAsync();
        else
            throw DemoGuard.Refusal(BoundAddresses.Configured(configuration));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AdministratorAsync(bool isEmpty)
    {
        // Of nodes that start at once on an empty database one makes the person, and tells how they get in.
        if (isEmpty && !await MakeAsync(settings.Value.AdminEmail ?? "admin@localhost"))
            return;
        var person = roster.People.FirstOrDefault(p => p.Has(Roles.Administrator));
        if (person is not { HasLogin: false })
            return;
        var secret = Token.New(Token.Setup);
        (await ledger.CommitAsync(new MakeSetupLink(Setup, person.Id, SecretHash.Of(secret)))).Require();
        var address = BoundAddresses.ForThisMachine(BoundAddresses.Configured(configuration));
        Log.SetupLink(log, person.Email, PersonReader.SetupUrl(address, secret));
    }

    /// <summary>False where another node was first.</summary>
    private async Task<bool> MakeAsync(string email)
    {
        var made = await ledger.CommitAsync(new AddPerson(Setup, email, email, AllRoles, [], null));
        if (made.Refusal is not null && roster.People.Count > 0)
            return false;
        var person = made.Require().Person;
        if (settings.Value.AdminToken is { } token)
            (await ledger.CommitAsync(new MakePersonToken(Setup, person.Id, "Setup:AdminToken", MayDecide.All, SecretHash.Of(token)))).Require();
        return true;
    }

    private const Roles AllRoles = Roles.Administrator | Roles.Manager | Roles.Reviewer | Roles.Auditor | Roles.Verifier;

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "Nobody can sign in as {Email} yet. Choose a password here, once, within a week: {Url}")]
        public static partial void SetupLink(ILogger logger, string email, string url);
    }
}
