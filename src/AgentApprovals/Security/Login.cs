using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Security;

/// <summary>A person as ASP.NET Core Identity sees them: the ledger's person, and how they sign in, which stands outside it.</summary>
public sealed class Login
{
    public required PersonState Person { get; init; }
    public required LoginRow Row { get; init; }

    /// <summary>The row as it was last read or saved; null where there is none.</summary>
    public LoginRow? Saved { get; internal set; }
}

/// <summary>Identity's store over people and logins. Passkeys and OpenID Connect find their place beside the password.</summary>
internal sealed class LoginStore(IDbContextFactory<LedgerContext> contexts, Stamps stamps) :
    IUserPasswordStore<Login>, IUserSecurityStampStore<Login>, IUserLockoutStore<Login>, IUserEmailStore<Login>
{
    public async Task<Login?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(userId, out var id))
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await LoginAsync(db, await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == new Domain.PersonId(id), cancellationToken), cancellationToken);
    }

    public async Task<Login?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        var key = Email.Key(normalizedUserName);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await LoginAsync(db, await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.EmailKey == key, cancellationToken), cancellationToken);
    }

    public Task<Login?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) => FindByNameAsync(normalizedEmail, cancellationToken);

    public async Task<IdentityResult> UpdateAsync(Login user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var isSame = user.Saved?.SecurityStamp == user.Row.SecurityStamp;
        // What was not changed is not written: a failed attempt must not bring back the password that was replaced meanwhile.
        if (user.Saved is { } saved)
            db.Attach(saved).CurrentValues.SetValues(user.Row);
        else
            db.Add(Copy(user.Row));
        await db.SaveChangesAsync(cancellationToken);
        user.Saved = Copy(user.Row);
        if (!isSame)
            stamps.Change(user.Person);
        return IdentityResult.Success;
    }

    public Task<string> GetUserIdAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.Person.Id.ToString());

    public Task<string?> GetUserNameAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person.Email);

    public Task<string?> GetNormalizedUserNameAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person.EmailKey);

    public Task<string?> GetEmailAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person.Email);

    public Task<string?> GetNormalizedEmailAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person.EmailKey);

    public Task<bool> GetEmailConfirmedAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<string?> GetPasswordHashAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.Row.PasswordHash);

    public Task<bool> HasPasswordAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.Row.PasswordHash is not null);

    public Task<string?> GetSecurityStampAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Row.SecurityStamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.Row.LockoutEnd);

    public Task<int> GetAccessFailedCountAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.Row.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetPasswordHashAsync(Login user, string? passwordHash, CancellationToken cancellationToken) => Do(() => user.Row.PasswordHash = passwordHash);

    public Task SetSecurityStampAsync(Login user, string stamp, CancellationToken cancellationToken) => Do(() => user.Row.SecurityStamp = stamp);

    public Task SetLockoutEndDateAsync(Login user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Do(() => user.Row.LockoutEnd = lockoutEnd);

    public Task<int> IncrementAccessFailedCountAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(++user.Row.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(Login user, CancellationToken cancellationToken) => Do(() => user.Row.AccessFailedCount = 0);

    // People are made and renamed in the ledger, never here.
    public Task<IdentityResult> CreateAsync(Login user, CancellationToken cancellationToken) => throw new NotSupportedException("People are made by the ledger.");

    public Task<IdentityResult> DeleteAsync(Login user, CancellationToken cancellationToken) => throw new NotSupportedException("People are never deleted.");

    public Task SetUserNameAsync(Login user, string? userName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetNormalizedUserNameAsync(Login user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetEmailAsync(Login user, string? email, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetNormalizedEmailAsync(Login user, string? normalizedEmail, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetEmailConfirmedAsync(Login user, bool confirmed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetLockoutEnabledAsync(Login user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    private static async Task<Login?> LoginAsync(LedgerContext db, PersonState? person, CancellationToken cancel)
    {
        if (person is null)
            return null;
        var saved = await db.Logins.AsNoTracking().SingleOrDefaultAsync(l => l.PersonSequence == person.Sequence, cancel);
        var row = saved is null ? new() { PersonSequence = person.Sequence, SecurityStamp = Stamps.None } : Copy(saved);
        return new() { Person = person, Row = row, Saved = saved };
    }

    private static LoginRow Copy(LoginRow row) => new()
    {
        PersonSequence = row.PersonSequence,
        PasswordHash = row.PasswordHash,
        SecurityStamp = row.SecurityStamp,
        AccessFailedCount = row.AccessFailedCount,
        LockoutEnd = row.LockoutEnd,
    };

    private static Task Do(Action change)
    {
        change();
        return Task.CompletedTask;
    }
}

/// <summary>A signed-in person's principal: the same shape that a personal token makes.</summary>
internal sealed class LoginPrincipal : IUserClaimsPrincipalFactory<Login>
{
    public const string Stamp = "aa:stamp";

    public Task<System.Security.Claims.ClaimsPrincipal> CreateAsync(Login user)
    {
        var identity = Actors.ToIdentity(new Domain.Ledger.PersonActor(user.Person.Id), IdentityConstants.ApplicationScheme);
        identity.AddClaim(new(Stamp, user.Row.SecurityStamp));
        identity.AddClaim(new(System.Security.Claims.ClaimTypes.Name, user.Person.DisplayName));
        return Task.FromResult(new System.Security.Claims.ClaimsPrincipal(identity));
    }
}
