using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.People;

/// <summary>E-mail addresses are compared trimmed and case-insensitively and shown as they were written.</summary>
public static class Email
{
    public static string Key(string email) => email.Trim().ToLowerInvariant();

    public static bool Same(string a, string b) => Key(a) == Key(b);

    /// <summary>A single address, loosely: something, an at sign, something, at most 254 characters, nothing invisible.</summary>
    public static bool IsPlausible(string email)
    {
        var key = Key(email);
        var at = key.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == key.LastIndexOf('@') && at < key.Length - 1 && key.Length <= 254
            && !key.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or ',' or ';' or '<' or '>');
    }
}

/// <summary>A person of this console. Passwords and passkeys stand outside the ledger.</summary>
public sealed record PersonState : IRow
{
    public long Sequence { get; init; }
    public required PersonId Id { get; init; }
    public required string Email { get; init; }

    /// <summary><see cref="People.Email.Key"/> of the address; unique.</summary>
    public required string EmailKey { get; init; }
    public required string DisplayName { get; init; }
    public required Roles Roles { get; init; }
    public required IReadOnlyList<string> Groups { get; init; }
    public bool Active { get; init; } = true;

    /// <summary>Whether a password was ever set; a set-up link for such a person is a way into their account.</summary>
    public bool HasLogin { get; init; }
    public required Moment CreatedAt { get; init; }

    public bool Has(Roles any) => Active && (Roles & any) != 0;

    public Policies.Approver AsApprover() => new(Id, Roles, Groups);
}

/// <summary>What a stored credential opens.</summary>
public enum CredentialKind
{
    AgentKey = 0,
    PersonToken = 1,
    SetupLink = 2,
}

/// <summary>An agent key, a personal token or a one-time set-up link; only its SHA-256 is kept.</summary>
public sealed record CredentialState : IRow
{
    public long Sequence { get; init; }
    public required CredentialId Id { get; init; }
    public required CredentialKind Kind { get; init; }

    /// <summary>Sequence of the agent or person it belongs to.</summary>
    public required long HolderSequence { get; init; }
    public required string Name { get; init; }
    public required SecretHash Hash { get; init; }
    public MayDecide MayDecide { get; init; }

    /// <summary>Sequence and name of the person who made it; null where set-up did.</summary>
    public long? MadeBy { get; init; }
    public string? MadeByName { get; init; }
    public required Moment CreatedAt { get; init; }

    /// <summary>From this moment on it opens nothing: deleted, used up, or past its time.</summary>
    public Moment? EndsAt { get; init; }

    public bool IsValidAt(Moment now) => EndsAt is null || now < EndsAt;
}
