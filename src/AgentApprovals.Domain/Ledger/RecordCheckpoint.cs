using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// A signed statement of how the ledger stood at one sequence. Whoever keeps a copy elsewhere sees whether the entries up to
/// there were changed, cut off or replaced since.
/// </summary>
/// <param name="Hash">Lower-case hex of the hash of the entry at <paramref name="Sequence"/>.</param>
/// <param name="KeyId">RFC 7638 thumbprint of the public key.</param>
/// <param name="Signature">ES256 (RFC 7518, section 3.4), base64url, over the RFC 8785 form of <c>at</c>, <c>hash</c> and <c>sequence</c>.</param>
public sealed record Checkpoint(long Sequence, string Hash, Moment At, string KeyId, string Signature);

/// <summary>Writes a checkpoint down, by the clock or because a person who reads the ledger asked for one.</summary>
public sealed record RecordCheckpoint(Actor Actor, Checkpoint Checkpoint) : Command<Checkpoint>
{
    /// <summary>Who may read the ledger, and take a checkpoint of it.</summary>
    public const Roles Readers = Roles.Administrator | Roles.Auditor;

    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<Checkpoint> Decide(World world)
    {
        var by = ActorStamp.System("ledger");
        if (Actor is not SystemActor)
        {
            var caller = Caller.Of(world, Actor, Readers);
            if (caller.Refusal is { } refusal)
                return refusal;
            by = caller.Value!.Stamp;
        }

        world.Append(Kinds.LedgerCheckpoint, by, default, new()
        {
            ["at"] = Checkpoint.At.ToString(),
            ["hash"] = Checkpoint.Hash,
            ["keyId"] = Checkpoint.KeyId,
            ["sequence"] = Checkpoint.Sequence,
            ["signature"] = Checkpoint.Signature,
        });
        return Checkpoint;
    }
}
