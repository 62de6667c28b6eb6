namespace AgentApprovals.Domain.Actions;

/// <summary>
/// How long it takes at least to read a payload: a second to find one's way, and fifty characters a second, which is twice what a quick reader takes in
/// (Brysbaert 2019: 238 words a minute). Who decided sooner has not read it; who took longer may have.
/// </summary>
public static class Reading
{
    private const int FirstMs = 1000;
    private const int CharactersInSecond = 50;

    /// <summary>Nobody is called careless for not having spent more than this on one.</summary>
    private const int MostMs = 120_000;

    /// <summary>For an action from before the length of its payload was kept.</summary>
    private const int UnknownMs = 5000;

    /// <summary>Milliseconds that its present payload takes to be read.</summary>
    public static int LeastMs(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action.PayloadBytes is { } bytes ? (int)Math.Min(MostMs, FirstMs + (bytes * 1000L / CharactersInSecond)) : UnknownMs;
    }

    /// <summary>Whether a person who decides at <paramref name="now"/> can have read it: since they opened it, or where that is not on record since it was asked for.</summary>
    public static bool WasPossible(ActionState action, PersonId person, Moment now) => Since(action, person, now) >= LeastMs(action);

    private static long Since(ActionState action, PersonId person, Moment now) => action.ReadingTime(person, now) ?? now.Milliseconds - action.SubmittedAt.Milliseconds;
}
