using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Agents;

internal static class AgentSubjects
{
    public static Subject Subject(this AgentState agent) => new(AgentSequence: agent.Sequence == 0 ? null : agent.Sequence, Agent: agent.Id);
}
