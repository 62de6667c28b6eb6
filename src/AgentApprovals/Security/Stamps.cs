using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Claims;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.People;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Security;

/// <summary>
/// The security stamps that cookies are held against. A new password makes a new stamp, and every cookie with the old one
/// opens nothing from then on.
/// </summary>
public sealed class Stamps(Reader reader, Contact contact)
{
    /// <summary>The stamp of whoever has chosen no password here.</summary>
    public static string None { get; } = Guid.Empty.ToString();

    /// <summary>On this node, somebody has another stamp now; for what holds connections of people.</summary>
    public event Action<PersonState>? Changed;

    private readonly ConcurrentDictionary<long, string> _lastRead = new();

    public void Change(PersonState person) => Changed?.Invoke(person);

    public async Task<bool> IsCurrentAsync(ClaimsPrincipal principal, PersonState person)
    {
        ArgumentNullException.ThrowIfNull(principal);
        ArgumentNullException.ThrowIfNull(person);
        return principal.FindFirstValue(LoginPrincipal.Stamp) is { } stamp && stamp == await StampAsync(person.Sequence, stamp);
    }

    private async Task<string> StampAsync(long person, string claimed)
    {
        if (contact.IsLost)
            return _lastRead.GetValueOrDefault(person, claimed);
        try
        {
            var stamp = await reader.LookAsync(db => db.Logins.Where(l => l.PersonSequence == person).Select(l => l.SecurityStamp).SingleOrDefaultAsync()) ?? None;
            return _lastRead[person] = stamp;
        }
        catch (Exception e) when (e is DbException or LedgerUnavailableException)
        {
            // A stop has to work with the database down: a signed-in cookie then speaks for itself, unless this node knows better.
            return _lastRead.GetValueOrDefault(person, claimed);
        }
    }
}
