namespace AgentApprovals.Data.Ledger;

/// <summary>What rules of this node are configured with.</summary>
/// <param name="QueueRoom">How many commands may wait for the writer before the next is refused as busy.</param>
/// <param name="IsShared">Other nodes write to the same ledger, whatever the engine is.</param>
public sealed record LedgerOptions(int MinimumWindowSeconds = 10, int QueueRoom = 8192, bool IsShared = false);

/// <summary>A rule threw, which is our bug: nothing of the command was done.</summary>
public sealed class RuleException(Exception inner) : Exception("A rule broke; nothing was done.", inner);

/// <summary>A commit ended in an error and the database can't say whether it was done, so nobody may be told either.</summary>
public sealed class CommitInDoubtException(Exception inner) : Exception("It is not known whether the batch was committed.", inner);
