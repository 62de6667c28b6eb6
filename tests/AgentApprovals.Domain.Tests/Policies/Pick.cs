using CsCheck;

namespace AgentApprovals.Domain.Tests.Policies;

/// <summary>Generates one of the values given, each as likely.</summary>
internal static class Pick
{
    public static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
