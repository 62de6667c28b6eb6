using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Policies;
using AgentApprovals.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Risk;

/// <summary>Reads what an agent's risk is made of: counters and permissions, never a scan of its actions.</summary>
public sealed class AgentRisks(Reader reader, PolicyReader policies)
{
    /// <summary>The agent's risk now, by its record of thirty days, and what it did in the <paramref name="days"/> asked for.</summary>
    public async Task<AgentRiskDocument> OfAsync(AgentState agent, int days)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var now = reader.Now;
        var catalogue = await policies.CatalogueAsync();
        var record = (await DaysAsync([agent], Math.Max(days, RiskScoring.RecordDays) + RiskScoring.RecordDays)).Single();
        var rows = record.Where(d => d.Day > now.Day - days).ToList();
        var counts = Figures.Sum(rows);
        var risk = AssessAt(agent, record, catalogue, now);
        var drills = await reader.LookAsync(db => Drills.LastAsync(db, agent.Sequence));
        var unused = Exposure.UnusedOf(agent, Exposure.UsedIn(rows), now);
        var (submitted, confirmed) = (counts.GetValueOrDefault(Counters.Submitted), counts.GetValueOrDefault("confirmed"));
        return new(agent.Id, risk.Score, risk.Level, risk.Factors, Figures.Outcomes.ToDictionary(o => o, o => counts.GetValueOrDefault(o)), Figures.TypesOf(counts),
            submitted == 0 ? 0 : Math.Clamp(Math.Round((submitted - confirmed) / (double)submitted, 3), 0, 1),
            [.. rows.Select(r => new RiskDay(Figures.DateOf(r.Day), r.Counts))],
            [.. unused.Select(p => new PermissionDocument(p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt))],
            [.. Enumerable.Range(now.Day - days + 1, days).Where(d => d >= agent.CreatedAt.Day).Select(d => Score(d))],
            Figures.TimesOf(counts), counts.GetValueOrDefault(Counters.Unanswered), counts.GetValueOrDefault(Counters.Bursts), [.. drills.Select(StopDocument.Of)]);

        RiskScore Score(int day)
        {
            var then = day == now.Day ? risk : AssessAt(agent, record, catalogue, EndOf(day));
            return new(Figures.DateOf(day), then.Score, then.Factors.ToDictionary(f => f.Name, f => f.Points));
        }
    }

    /// <summary>Scores of several agents now, or as they were at the end of an earlier day.</summary>
    /// <param name="records">What <see cref="DaysAsync"/> says of each, for the thirty days before and those between.</param>
    public async Task<IReadOnlyDictionary<AgentId, RiskAssessment>> OfAsync(IReadOnlyList<AgentState> agents, IReadOnlyList<List<AgentDay>> records, int daysAgo = 0)
    {
        var catalogue = await policies.CatalogueAsync();
        var at = daysAgo == 0 ? reader.Now : EndOf(reader.Now.Day - daysAgo);
        return agents.Zip(records).ToDictionary(p => p.First.Id, p => AssessAt(p.First, p.Second, catalogue, at));
    }

    /// <summary>Each agent's days, oldest first, today included.</summary>
    public async Task<IReadOnlyList<List<AgentDay>>> DaysAsync(IReadOnlyList<AgentState> agents, int days)
    {
        var first = reader.Now.Day - days + 1;
        var sequences = agents.Select(a => a.Sequence).ToList();
        var rows = await reader.LookAsync(db => db.AgentDays.Where(d => sequences.Contains(d.AgentSequence) && d.Day >= first).OrderBy(d => d.Day).ToListAsync());
        var byAgent = rows.ToLookup(r => r.AgentSequence, r => new AgentDay(r.AgentSequence, r.Day, r.Counts));
        return [.. sequences.Select(s => byAgent[s].ToList())];
    }

    /// <summary>By what was known then of what it did; what it may do is taken as it is now.</summary>
    private static RiskAssessment AssessAt(AgentState agent, List<AgentDay> record, Catalogue catalogue, Moment at)
    {
        var days = record.Where(d => d.Day <= at.Day && d.Day > at.Day - RiskScoring.RecordDays).ToList();
        return AgentRisk.Assess(agent, days, Exposure.Of(agent, days, catalogue, at), at);
    }

    private static Moment EndOf(int day) => new((day * 86_400_000L) + 86_399_999);
}
