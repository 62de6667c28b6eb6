namespace AgentApprovals.Domain.Webhooks;

/// <summary>When a delivery is tried: at once, and each time so long after the last try; then it is given up.</summary>
public static class RetrySchedule
{
    private static readonly int[] Seconds = [0, SoonSeconds, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600];

    /// <summary>The first wait: too short to send anything else meanwhile.</summary>
    public const int SoonSeconds = 5;

    public static int MostTries => Seconds.Length;

    /// <summary>When it is tried again after <paramref name="tries"/> tries, the last of them now; null: it is given up.</summary>
    public static Moment? Next(int tries, Moment now) => tries < Seconds.Length ? now.PlusSeconds(Seconds[tries]) : null;
}
