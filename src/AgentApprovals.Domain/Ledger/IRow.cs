namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// A row that the ledger keeps: an immutable record whose <see cref="Sequence"/>, the sequence of the entry that made it, is
/// its key on every engine. Its values are exactly what the entries about it say, so replaying them makes it again.
/// </summary>
public interface IRow
{
    /// <summary>0 until the ledger has taken it in.</summary>
    long Sequence { get; init; }
}
