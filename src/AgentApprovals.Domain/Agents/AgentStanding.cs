using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Domain.Agents;

/// <summary>
/// How an agent stands, in the form that lists of agents are sorted and narrowed by. It is made of the agent, its record and the
/// catalogue, and written with what changes them; only its days grow old by themselves, so it says until when it holds.
/// </summary>
/// <param name="Risk">Its present score (<see cref="AgentRisk"/>).</param>
/// <param name="Unused">How many permissions it holds and did not ask under.</param>
/// <param name="ThroughGateway">The gateway executed something of it.</param>
/// <param name="SeenAt">When it last did something, in whole minutes; null: never.</param>
/// <param name="HoldsUntil">From this day on its score may be another, though nothing happened.</param>
/// <param name="Catalogue">The version of the catalogue that it was scored by.</param>
public sealed record AgentStanding(
    long AgentSequence, string Name, AgentStatus Status, int Risk, int Unused, bool RequiresRunner, bool ThroughGateway, Moment? SeenAt, int HoldsUntil, int Catalogue)
{
    /// <param name="exposure">What it could do at any time, where that is known already.</param>
    public static AgentStanding Of(AgentState agent, IReadOnlyCollection<AgentDay> days, Exposure exposure, Catalogue catalogue, Moment? seenAt, Moment now)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(exposure);
        var ends = agent.Permissions.Select(p => p.ExpiresAt).OfType<Moment>().Where(e => e > now).Select(e => e.Day + 1);
        return new(agent.Sequence, agent.Name, agent.Status, AgentRisk.Assess(agent, days, exposure, now).Score, exposure.Unused, agent.RequiresRunner, days.Any(d => d[Counters.Gateway] > 0), seenAt,
            days.Count > 0 ? now.Day + 1 : ends.DefaultIfEmpty(int.MaxValue).Min(), catalogue.Version);
    }
}
