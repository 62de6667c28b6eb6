using System.Globalization;

namespace AgentApprovals.Model;

/// <summary>Small numbers where every change is tried, larger ones where <c>AA_SOAK</c> says by how much.</summary>
public static class Soak
{
    public static int Times(int few) => few * Factor;

    private static int Factor { get; } = int.TryParse(Environment.GetEnvironmentVariable("AA_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor > 0 ? factor : 1;
}
