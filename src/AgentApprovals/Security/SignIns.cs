using System.Collections.Concurrent;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Identity;

namespace AgentApprovals.Security;

public enum SignInAnswer
{
    /// <summary>The password is right.</summary>
    Welcome,

    /// <summary>No such address, or another password: which of the two is not told.</summary>
    Wrong,

    /// <summary>Too many attempts; even the right password is refused for a while.</summary>
    LockedOut,
}

/// <summary>
/// Passwords at the door. Attempts at one address take turns, so that many at once count like many in a row; addresses that
/// nobody has are answered, timed and locked like those of people.
/// </summary>
internal sealed class SignIns(SignInManager<Login> signIn, UserManager<Login> users, SignInTurns turns)
{
    // Identity verifies it in the time that a real one takes.
    private static readonly string NobodysHash = new PasswordHasher<Login>().HashPassword(null!, Token.New(""));

    /// <summary>Judges a password; nobody is signed in by that.</summary>
    public async Task<(SignInAnswer Answer, Login? Login)> JudgeAsync(string email, string password)
    {
        if (!Email.IsPlausible(email))
            return (SignInAnswer.Wrong, null);
        using var turn = await turns.TakeAsync(email);
        var login = await users.FindByNameAsync(email);
        if (login is not { Person.Active: true, Row.PasswordHash: not null })
            return (Nobody(email, password), null);
        var result = await signIn.CheckPasswordSignInAsync(login, password, lockoutOnFailure: true);
        return result.Succeeded ? (SignInAnswer.Welcome, login) : (result.IsLockedOut ? SignInAnswer.LockedOut : SignInAnswer.Wrong, null);
    }

    /// <summary>Why a password can't be chosen, in words; empty where it can.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync(Login login, string password)
    {
        var faults = new List<string>();
        foreach (var validator in users.PasswordValidators)
            faults.AddRange((await validator.ValidateAsync(users, login, password)).Errors.Select(e => e.Description));
        return faults;
    }

    /// <summary>Sets a password that was found without fault: earlier cookies open nothing from here on, and a lock-out is over.</summary>
    public async Task ChangeAsync(Login login, string password)
    {
        using var turn = await turns.TakeAsync(login.Person.Email);
        login.Row.PasswordHash = users.PasswordHasher.HashPassword(login, password);
        (login.Row.AccessFailedCount, login.Row.LockoutEnd) = (0, null);
        var saved = await users.UpdateSecurityStampAsync(login);
        if (!saved.Succeeded)
            throw new InvalidOperationException(string.Join(" ", saved.Errors.Select(e => e.Description)));
    }

    private SignInAnswer Nobody(string email, string password)
    {
        if (turns.IsLocked(email))
            return SignInAnswer.LockedOut;
        users.PasswordHasher.VerifyHashedPassword(null!, NobodysHash, password);
        return turns.Fail(email, users.Options.Lockout) ? SignInAnswer.LockedOut : SignInAnswer.Wrong;
    }
}

/// <summary>Whose turn it is, and how often somebody tried an address that nobody has; of this node.</summary>
internal sealed class SignInTurns(TimeProvider time)
{
    private const int MostAddresses = 10_000;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<string, (int Failed, long? LockedSince, TimeSpan LockedFor)> _nobodys = new();

    public async Task<IDisposable> TakeAsync(string email)
    {
        var turn = _turns[(uint)Email.Key(email).GetHashCode(StringComparison.Ordinal) % _turns.Length];
        await turn.WaitAsync();
        return new Turn(turn);
    }

    public bool IsLocked(string email) =>
        _nobodys.TryGetValue(Email.Key(email), out var known) && known.LockedSince is { } since && time.GetElapsedTime(since) < known.LockedFor;

    /// <summary>True where this was one attempt too many.</summary>
    public bool Fail(string email, LockoutOptions lockout)
    {
        if (_nobodys.Count >= MostAddresses)
            _nobodys.Clear();
        var after = _nobodys.AddOrUpdate(Email.Key(email), _ => (1, null, default), (_, known) => known.Failed + 1 < lockout.MaxFailedAccessAttempts
            ? (known.Failed + 1, null, default)
            : (0, time.GetTimestamp(), lockout.DefaultLockoutTimeSpan));
        return after.LockedSince is not null;
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
