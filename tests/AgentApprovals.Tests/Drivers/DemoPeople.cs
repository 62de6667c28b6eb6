using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.Extensions.DependencyInjection;

namespace AgentApprovals.Tests.Drivers;

public static class DemoPeople
{
    /// <summary>One of the demo's people by a token, which the demo itself gives nobody.</summary>
    public static async Task<Person> DemoPersonAsync(this TestConsole console, string email)
    {
        // Its people are there once it serves.
        _ = console.Address;
        var person = console.Services.GetRequiredService<Roster>().PersonByEmail(email) ?? throw new InvalidOperationException($"The demo has no {email}.");
        var token = Token.New(Token.Person);
        (await console.Services.GetRequiredService<AgentApprovals.Data.Ledger.Ledger>().CommitAsync(
            new MakePersonToken(new SystemActor("setup"), person.Id, "Test", MayDecide.All, SecretHash.Of(token)))).Require();
        return console.As(token);
    }
}
