namespace AgentApprovals.Model;

/// <summary>A person of the timelines.</summary>
public sealed record Member(string Name, string Roles, string? Group = null)
{
    public string Email => $"{Name}@example.com";

    public bool Has(string role) => Roles.Split(' ').Contains(role);
}

/// <summary>Who and what there is at the start of every timeline. The agent is owned by <c>owner</c> and may act for anyone.</summary>
public static class Cast
{
    public static IReadOnlyList<Member> People { get; } =
    [
        new("dana", "Reviewer"), new("rita", "Reviewer"), new("rob", "Reviewer Manager"), new("sue", "", "security"),
        new("boss", "Manager"), new("owner", "Reviewer"), new("aud", "Auditor"), new("nobody", ""),
    ];

    public const int SessionSeconds = 300;
    public const int MaxSessionSeconds = 600;
    public const int MaxSessions = 3;
    public const int MaxPending = 5;
    public const int MinimumWindow = 10;

    /// <summary>Of the types, <c>forum.read</c> can be undone, <c>forum.post</c> not, and the others are in no catalogue entry.</summary>
    public static readonly string[] Reversible = ["forum.read"];
    public static readonly string[] Catalogued = ["forum.read", "forum.post"];
    public static readonly string[] Permitted = ["forum.*", "unheard.of"];
}
