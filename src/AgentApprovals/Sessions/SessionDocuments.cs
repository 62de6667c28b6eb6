using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Runners;

namespace AgentApprovals.Sessions;

/// <summary>Sessions as the API shows them: with the standing instructions of their agents, and with how the console stands with their runners.</summary>
public sealed class SessionDocuments(StandingReader standing, RunnerDocuments runners)
{
    public SessionDocument Of(SessionReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return SessionDocument.Of(reply.Session, reply.Agent, reply.Standing, runners.Of(reply.Session));
    }

    public async Task<SessionDocument> OfAsync(SessionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return SessionDocument.Of(view.Session, view.Agent, await standing.OfAsync(view.Agent), runners.Of(view.Session));
    }

    public async Task<IReadOnlyList<SessionDocument>> OfAsync(IReadOnlyList<SessionView> views)
    {
        var known = new Dictionary<long, StandingInstructions>();
        foreach (var agent in views.Select(v => v.Agent).DistinctBy(a => a.Sequence))
            known[agent.Sequence] = await standing.OfAsync(agent);
        return [.. views.Select(v => SessionDocument.Of(v.Session, v.Agent, known[v.Agent.Sequence], runners.Of(v.Session)))];
    }
}
