namespace AgentApprovals.Domain.Risk;

/// <summary>Bands of a risk score: low below 25, medium below 50, high below 75, critical from there on.</summary>
public enum RiskLevel
{
    Low = 0,
    Medium = 1,
    High = 2,
    Critical = 3,
}

/// <summary>One reason for a score: its stable name, its points (they may be shown signed) and why, in words for a person.</summary>
public sealed record RiskFactor(string Name, int Points, string Why);

/// <summary>A score from 0 to 100 with the factors that make it, largest first.</summary>
public sealed record RiskAssessment(int Score, IReadOnlyList<RiskFactor> Factors)
{
    public RiskLevel Level => LevelOf(Score);

    /// <summary>The scores of a level: from the least, and below the next level's least.</summary>
    public static (int Least, int Below) ScoresOf(RiskLevel level) => level switch
    {
        RiskLevel.Low => (0, 25),
        RiskLevel.Medium => (25, 50),
        RiskLevel.High => (50, 75),
        _ => (75, int.MaxValue),
    };

    public static RiskLevel LevelOf(int score) => score switch
    {
        < 25 => RiskLevel.Low,
        < 50 => RiskLevel.Medium,
        < 75 => RiskLevel.High,
        _ => RiskLevel.Critical,
    };
}
