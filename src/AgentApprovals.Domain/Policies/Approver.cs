using AgentApprovals.Domain.People;

namespace AgentApprovals.Domain.Policies;

/// <summary>A person as a requirement sees them.</summary>
public sealed record Approver(PersonId Person, Roles Roles, IReadOnlyList<string> Groups)
{
    /// <summary>Whether they could fill <paramref name="part"/>: they hold the role, or are in the group it names.</summary>
    public bool Fits(RequiredPart part) => part.From.StartsWith("group:", StringComparison.Ordinal)
        ? Groups.Contains(part.From["group:".Length..], StringComparer.Ordinal)
        : Enum.TryParse<Roles>(part.From, out var role) && (Roles & role) != 0;
}
