namespace AgentApprovals.Data.Ledger;

/// <summary>This process among those that share the database.</summary>
/// <param name="Name">How receipts name it: unlike all others that run.</param>
public sealed record ThisNode(Guid Id, string Name)
{
    /// <summary>By host and process, which is where an operator looks for it.</summary>
    public static ThisNode New() => new(Guid.NewGuid(), $"{Environment.MachineName}:{Environment.ProcessId}");
}
