using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Demo;

/// <summary>Somebody to sign in as in the demo.</summary>
public sealed record DemoPerson(string Email, string Name, Roles Roles, string What);

/// <summary>
/// People, agents, rules and instructions for a first look, in Development on an empty database only. They are made by the
/// same commands as anybody's, so the ledger tells of them too.
/// </summary>
public sealed class DemoSeed(Data.Ledger.Ledger ledger, IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>The same for all; the sign-in page shows it, and the demo refuses to serve anything but this machine.</summary>
    public const string Password = "only-on-this-machine";

    public const string Administrator = "admin@example.com";

    /// <summary>On the agents that were made here, and on no other.</summary>
    public const string Label = "demo";

    public static IReadOnlyList<DemoPerson> People { get; } =
    [
        new("ana@example.com", "Ana Ruiz", Roles.Reviewer, "reviews what agents ask"),
        new("ben@example.com", "Ben Okafor", Roles.Reviewer | Roles.Manager, "reviews, and answers for the team"),
        new("dana@example.com", "Dana Weiss", Roles.Reviewer, "reviews, and has an agent read the forum for her"),
        new("summer@example.com", "Summer Lind", Roles.None, "owns the inbox that an agent keeps"),
        new(Administrator, "Ada Admin", Roles.Administrator | Roles.Manager | Roles.Reviewer | Roles.Auditor, "sets everything up"),
    ];

    public async Task SeedAsync()
    {
        var people = new Dictionary<string, PersonState>();
        foreach (var person in People.OrderByDescending(p => p.Roles.HasFlag(Roles.Administrator)))
        {
            Actor actor = people.TryGetValue(Administrator, out var admin) ? new PersonActor(admin.Id) : new SystemActor("setup");
            var added = (await ledger.CommitAsync(new AddPerson(actor, person.Email, person.Name, person.Roles, [], null))).Require().Person;
            people[person.Email] = added;
            await GivePasswordAsync(added, new PersonActor(people[Administrator].Id));
        }

        var by = new PersonActor(people[Administrator].Id);
        (await ledger.CommitAsync(new PutInstructions(by, null, "You act for a person, never as one. Ask before anything that others can see or that can't be undone."))).Require();
        (await ledger.CommitAsync(new PutPolicy(by, 0, Rules, "A first policy for the demo"))).Require();
        await AgentAsync(by, Incident.B.Agent, "Inbox keeper", Incident.B.OnBehalfOf, "Confirm with Summer before you delete any e-mail.",
            [new("email.*", "mailbox://summer/*", null, null)], new(RequiresInstructionsDigest: true));
        await AgentAsync(by, Incident.A.Agent, "Forum helper", Incident.A.OnBehalfOf, "Analyse questions. Post only what somebody told you to post.",
            [new("forum.read", "forum://*", null, null), new("forum.post", "forum://engineering/*", 20, null)], new(StopOnBypass: true));
    }

    /// <summary>Whether anybody of the demo can still sign in with the password that everybody knows.</summary>
    public async Task<bool> IsThereAsync()
    {
        var keys = People.Select(p => Email.Key(p.Email)).ToList();
        await using var db = await contexts.CreateDbContextAsync();
        var logins = await db.People.AsNoTracking().Where(p => keys.Contains(p.EmailKey))
            .Join(db.Logins.AsNoTracking(), p => p.Sequence, l => l.PersonSequence, (p, l) => new { Person = p, Row = l }).ToListAsync();
        var hasher = new PasswordHasher<Login>();
        return logins.Any(l => l.Row.PasswordHash is { } hash
            && hasher.VerifyHashedPassword(new() { Person = l.Person, Row = l.Row }, hash, Password) != PasswordVerificationResult.Failed);
    }

    private static IReadOnlyList<Rule> Rules { get; } =
    [
        Rule("Reading is free", ["*.read"], RuleMode.Allow) with { ConfirmationWindowSeconds = 0 },
        Rule("Deletions wait for a person", ["*.delete"], RuleMode.Review) with { ConfirmationWindowSeconds = 60, ExpiresAfterSeconds = 900 },
        Rule("Posts to forums", ["forum.post", "social.post"], RuleMode.Review),
        Rule("Money takes a manager", ["payment.*"], RuleMode.Review) with { Requires = new([[new("Reviewer", 1), new("Manager", 1)], [new("Administrator", 1)]]) },
        Rule("Tidying up can be vetoed", ["email.archive", "chat.send"], RuleMode.Veto) with { ConfirmationWindowSeconds = 30 },
    ];

    private static Rule Rule(string name, IReadOnlyList<string> types, RuleMode mode) => new()
    {
        Name = name,
        Match = new(types, ["*"], ["*"], [], 0, null),
        Mode = mode,
        Requires = Judgement.OneReviewer,
    };

    private async Task AgentAsync(PersonActor by, string name, string display, string owner, string instructions, IReadOnlyList<Permission> permissions, AgentFlags flags)
    {
        var agent = (await ledger.CommitAsync(new RegisterAgent(by, name, display, owner, [], [Label], new(), flags))).Require();
        (await ledger.CommitAsync(new PutInstructions(by, agent.Id, instructions))).Require();
        (await ledger.CommitAsync(new PutPermissions(by, agent.Id, 0, permissions))).Require();
    }

    private async Task GivePasswordAsync(PersonState person, PersonActor by)
    {
        var secret = SecretHash.Of(Token.New(Token.Setup));
        (await ledger.CommitAsync(new MakeSetupLink(by, person.Id, secret))).Require();
        (await ledger.CommitAsync(new UseSetupLink(secret))).Require();
        var row = new LoginRow { PersonSequence = person.Sequence, SecurityStamp = Token.New("") };
        row.PasswordHash = new PasswordHasher<Login>().HashPassword(new() { Person = person, Row = row }, Password);
        await using var db = await contexts.CreateDbContextAsync();
        db.Logins.Add(row);
        await db.SaveChangesAsync();
    }
}
