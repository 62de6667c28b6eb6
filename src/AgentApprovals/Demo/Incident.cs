namespace AgentApprovals.Demo;

/// <summary>An incident that the demo plays, with the agent that does it.</summary>
/// <param name="OnBehalfOf">For whom the agent acts, by e-mail.</param>
/// <param name="Purpose">What its run is for, in its own words.</param>
public sealed record Incident(string Letter, string Agent, string OnBehalfOf, string Purpose)
{
    /// <summary>The forum post that nobody asked for.</summary>
    public static Incident A { get; } = new("A", "forum-helper", "dana@example.com", "Analyse forum question 8841");

    /// <summary>The inbox that was speed-deleted.</summary>
    public static Incident B { get; } = new("B", "inbox-keeper", "summer@example.com", "Tidy the inbox");

    public static IReadOnlyList<Incident> All { get; } = [A, B];
}
