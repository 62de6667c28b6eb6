using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Risk;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Agents;

/// <summary>An agent as a row of the list. Its risk, now and as it was asked for on each of the last days, is there for those who may see it.</summary>
public sealed record AgentRow(AgentState Agent, SessionState? LastSession, Moment? SeenAt, int? Risk, IReadOnlyList<int>? Month);

/// <summary>Reads rows of the list of agents, a page at a time, at the same cost at any depth.</summary>
public sealed class AgentRows(Reader reader, AgentLists lists, AgentRisks risks)
{
    public async Task<Page<AgentRow>> PageAsync(AgentFilter filter, PersonState person, long? after, int limit)
    {
        var page = await lists.PageAsync(filter, person, after, limit);
        return new(await RowsAsync([.. page.Items.Select(l => l.Agent)], person), page.Next);
    }

    /// <summary>The same rows as they are now, in the same order.</summary>
    public async Task<IReadOnlyList<AgentRow>> AgainAsync(IReadOnlyList<AgentRow> rows, PersonState person)
    {
        var sequences = rows.Select(r => r.Agent.Sequence).ToList();
        var agents = await reader.LookAsync(db => db.Agents.Where(a => sequences.Contains(a.Sequence)).ToDictionaryAsync(a => a.Sequence));
        return await RowsAsync([.. sequences.Select(s => agents[s]).Where(person.MaySee)], person);
    }

    private async Task<IReadOnlyList<AgentRow>> RowsAsync(IReadOnlyList<AgentState> agents, PersonState person)
    {
        var sequences = agents.Select(a => a.Sequence).ToList();
        var sessions = (await reader.LookAsync(db => LastSessionsAsync(db, sequences))).ToDictionary(v => v.Session.AgentSequence);
        var standings = await reader.LookAsync(db => db.Standings.Where(s => sequences.Contains(s.AgentSequence)).ToDictionaryAsync(s => s.AgentSequence));
        var days = person.Has(Caller.Resumers) ? await risks.DaysAsync(agents, RiskScoring.RecordDays) : null;
        return [.. agents.Select((a, i) => new AgentRow(a, Seen(a), standings[a.Sequence].SeenAt, days is null ? null : standings[a.Sequence].Risk, days is null ? null : Month(days[i])))];

        // Whom a session acts for is nobody else's business where one only sees one's own.
        SessionState? Seen(AgentState agent) =>
            sessions.TryGetValue(agent.Sequence, out var view) && person.MaySee(view.Session, agent) ? view.Session : null;
    }

    /// <summary>What it asked for on each day, by its risk: the sum of the scores.</summary>
    private int[] Month(List<AgentDay> days)
    {
        var byDay = days.ToDictionary(d => d.Day, d => d["risk"]);
        var first = reader.Now.Day - RiskScoring.RecordDays + 1;
        return [.. Enumerable.Range(first, RiskScoring.RecordDays).Select(d => byDay.GetValueOrDefault(d))];
    }

    /// <summary>The latest session of each, as it stands: a look at the index for each status, however many an agent had.</summary>
    private async Task<IReadOnlyList<SessionView>> LastSessionsAsync(LedgerContext db, List<long> agents)
    {
        var latest = await db.Agents.Where(a => agents.Contains(a.Sequence)).Select(a => new
        {
            Active = db.Sessions.Where(s => s.AgentSequence == a.Sequence && s.Status == SessionStatus.Active).Max(s => (long?)s.Sequence),
            Ended = db.Sessions.Where(s => s.AgentSequence == a.Sequence && s.Status == SessionStatus.Ended).Max(s => (long?)s.Sequence),
            Expired = db.Sessions.Where(s => s.AgentSequence == a.Sequence && s.Status == SessionStatus.Expired).Max(s => (long?)s.Sequence),
            Stopped = db.Sessions.Where(s => s.AgentSequence == a.Sequence && s.Status == SessionStatus.Stopped).Max(s => (long?)s.Sequence),
        }).ToListAsync();
        var wanted = latest.Select(l => new[] { l.Active, l.Ended, l.Expired, l.Stopped }.Max()).OfType<long>().ToList();
        return await Reader.ViewAsync(db, await db.Sessions.Where(s => wanted.Contains(s.Sequence)).ToListAsync(), reader.Now);
    }
}
