using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Tests.Live;

/// <summary>Many entries about nothing, in one commit.</summary>
public sealed record Noise(int Count) : Command<Done>
{
    public override void Need(Needs needs)
    {
    }

    public override Result<Done> Decide(World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        for (var i = 0; i < Count; i++)
            world.Append("test.noise", ActorStamp.System("test"), default, []);
        return default(Done);
    }
}
