using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Console.Actions;

/// <summary>
/// What a careful yes takes, by risk: how long the card has to have been shown, whether a second key confirms it, and whether the payload has
/// to have been read and its resource named. A no takes none of it. The page asks this of people; what holds is judged in the command.
/// </summary>
public static class Care
{
    private const int MostTyped = 60;

    /// <summary>A key meant for the card before this one does not hit this one.</summary>
    public static readonly TimeSpan ArmedAfter = TimeSpan.FromMilliseconds(700);

    /// <summary>How long what is approved has to have been before the person.</summary>
    public static TimeSpan Dwell(RiskLevel level) => level switch
    {
        RiskLevel.Critical => TimeSpan.FromSeconds(8),
        RiskLevel.High => TimeSpan.FromSeconds(2),
        _ => ArmedAfter,
    };

    public static bool NeedsSecondKey(RiskLevel level) => level >= RiskLevel.High;

    /// <summary>The payload is scrolled through to its end, with nothing folded, and the resource's name typed.</summary>
    public static bool NeedsReading(RiskLevel level) => level == RiskLevel.Critical;

    /// <summary>What is typed to name a resource: all of it, or its last part where it is long.</summary>
    public static string NameOf(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action.Resource.Length <= MostTyped ? action.Resource
            : action.Resource.Split('/', StringSplitOptions.RemoveEmptyEntries) is [.., var last] && last.Length <= MostTyped ? last : action.Resource[^MostTyped..];
    }
}
