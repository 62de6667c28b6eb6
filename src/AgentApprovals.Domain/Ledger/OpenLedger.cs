namespace AgentApprovals.Domain.Ledger;

/// <summary>The ledger's first entry.</summary>
public sealed record OpenLedger : Command<Done>
{
    public override void Need(Needs needs)
    {
    }

    public override Result<Done> Decide(World world)
    {
        if (world.Consoles.Count == 0)
            world.Append(world.Consoles, Kinds.LedgerOpened, ActorStamp.System("ledger"), default, new ConsoleState { CreatedAt = world.Now });
        return default(Done);
    }
}
