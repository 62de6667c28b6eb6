using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;

namespace AgentApprovals.Domain.Agents;

/// <summary>An agent's standing as its desk moves along: what is costly to say of many permissions is kept until it may be otherwise.</summary>
internal sealed class DeskRisk
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private int _usedSince = -1;
    private (AgentState Agent, Catalogue Catalogue, Moment Until, int Irreversible) _permitted;
    private AgentStanding? _written;

    /// <summary>What moved may be a permission that was used.</summary>
    public void Used(IReadOnlyList<Count> moved)
    {
        if (_usedSince < 0)
            return;
        foreach (var (name, _, _) in moved)
        {
            if (name.StartsWith(Counters.Permission, StringComparison.Ordinal))
                _used.Add(name[Counters.Permission.Length..]);
        }
    }

    /// <summary>Another node has written how it stands.</summary>
    public void ForgetWritten() => _written = null;

    /// <param name="always">Null else where the same is known to be written.</param>
    public AgentStanding? Standing(Desk desk, AgentState agent, Catalogue catalogue, Moment now, bool always)
    {
        var since = now.Day - RiskScoring.RecordDays;
        IReadOnlyCollection<AgentDay> days = [.. desk.Days.Where(d => d.Day > since)];
        if (_usedSince != since)
        {
            _used.Clear();
            _used.UnionWith(Exposure.UsedIn(days));
            _usedSince = since;
        }

        if (!ReferenceEquals(_permitted.Agent, agent) || !ReferenceEquals(_permitted.Catalogue, catalogue) || now >= _permitted.Until)
        {
            var ends = agent.Permissions.Select(p => p.ExpiresAt).OfType<Moment>().Where(e => e > now).Select(e => e.Milliseconds);
            _permitted = (agent, catalogue, new(ends.DefaultIfEmpty(long.MaxValue).Min()), Exposure.IrreversibleOf(agent, catalogue, now));
        }

        var standing = AgentStanding.Of(agent, days, new(Exposure.UnusedOf(agent, _used, now).Count, _permitted.Irreversible), catalogue, desk.SeenAt, now);
        if (standing == _written && !always)
            return null;
        return _written = standing;
    }
}
