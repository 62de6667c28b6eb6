using System.Security.Cryptography;

namespace AgentApprovals.Data.Ledger;

/// <summary>This process among those that share the database.</summary>
/// <param name="Id">Random: it orders nothing, and stands in no entry.</param>
/// <param name="Name">How receipts name it: unlike all others that run.</param>
public sealed record ThisNode(Guid Id, string Name)
{
    /// <summary>By host and process, which is where an operator looks for it.</summary>
    public static ThisNode New() => new(new Guid(RandomNumberGenerator.GetBytes(16)), $"{Environment.MachineName}:{Environment.ProcessId}");
}
