namespace AgentApprovals.Demo;

/// <summary>An incident that the demo plays, with the agent that does it.</summary>
public sealed record Incident(string Letter, string Agent)
{
    /// <summary>The forum post that nobody asked for.</summary>
    public static Incident A { get; } = new("A", "forum-helper");

    /// <summary>The inbox that was speed-deleted.</summary>
    public static Incident B { get; } = new("B", "inbox-keeper");

    public static IReadOnlyList<Incident> All { get; } = [A, B];
}
