using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Console.Actions;

/// <summary>How much more time to decide is offered, in seconds.</summary>
internal static class MoreTime
{
    private const int Usual = 300;
    private static readonly int[] UsualPieces = [60, Usual, 900, 3600];

    /// <summary>What can still be given: the usual pieces, and all that is left where none fits or it is less than the largest.</summary>
    public static IEnumerable<int> Of(ActionState action)
    {
        var room = Extend.RoomFor(action);
        var pieces = UsualPieces.Where(p => p <= room);
        return room < UsualPieces[^1] ? pieces.Append(room).Distinct() : pieces;
    }

    /// <summary>What is chosen to begin with.</summary>
    public static int FirstOf(ActionState action) => Of(action).Where(p => p <= Usual).DefaultIfEmpty(Extend.RoomFor(action)).Max();
}
