using System.Globalization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Risk;

/// <summary>Reads the figures of all agents together: roll-ups and standings, never a scan of actions.</summary>
public sealed class FleetRisks(Reader reader, AgentRisks risks, ReviewerLoads loads)
{
    private const int MostRisky = 10;
    private const int MostTypes = 50;
    private const int MostStops = 10;

    private static readonly string[] WeekFigures =
    [
        "submitted", "completed", "denied", "beyond", "expired", Counters.Unanswered, "stopped", Counters.Decisions, Counters.Unruled, Counters.Bursts, Counters.Stops, Counters.AgentsRegistered,
    ];

    private static readonly string[] DayFigures = [.. Figures.Outcomes, .. WeekFigures.Except(Figures.Outcomes), "risk", "undirected", "confirmed", Counters.Covered, Counters.Bypassed, Counters.Gateway];

    private static readonly string[] HourFigures = [.. Enumerable.Range(0, 24).Select(h => Counters.DecisionHour + h.ToString("00", CultureInfo.InvariantCulture))];

    public async Task<FleetRiskDocument> OfAsync(int days)
    {
        var today = reader.Now.Day;
        var read = await reader.LookAsync(async db => new
        {
            Sums = await SumsAsync(db, days, today),
            Days = await db.FleetCounts.Where(c => c.Day > today - days && DayFigures.Contains(c.Name)).ToListAsync(),
            Hours = await db.FleetCounts.Where(c => c.Day > today - 7 && c.Day <= today && HourFigures.Contains(c.Name)).ToListAsync(),
            Agents = await AgentsAsync(db),
            Risky = await db.Standings.Where(s => s.Status != AgentStatus.Retired).OrderByDescending(s => s.Risk).ThenByDescending(s => s.AgentSequence).Take(MostRisky)
                .Join(db.Agents, s => s.AgentSequence, a => a.Sequence, (s, a) => a).ToListAsync(),
            Stops = await db.Stops.OrderByDescending(s => s.Sequence).Take(MostStops).ToListAsync(),
            Reviewers = await loads.OfAsync(db, days),
            Drills = await Drills.LastAsync(db, null),
        });
        var (counts, week, before) = read.Sums;
        var types = Figures.TypesOf(counts);
        var byDay = read.Days.ToLookup(c => c.Day);
        return new(
            days, Figures.DateOf(today - days + 1), read.Agents, await RiskiestAsync(read.Risky), Figures.Outcomes.ToDictionary(o => o, o => counts.GetValueOrDefault(o)),
            [.. WeekFigures.Select(f => new WeekFigure(f, week.GetValueOrDefault(f), before.GetValueOrDefault(f)))],
            [.. types.Take(MostTypes)], [.. types.Where(t => t.Unruled == t.Count).Take(MostTypes)],
            [.. HourFigures.Select(h => counts.GetValueOrDefault(h))], PerHour(read.Hours.ToDictionary(c => (c.Day, c.Name), c => (int)c.Count)),
            Figures.TimesOf(counts), counts.GetValueOrDefault(Counters.Unanswered),
            Contained(counts, read.Stops, read.Drills), read.Reviewers,
            [.. byDay.OrderBy(g => g.Key).Select(g => new RiskDay(Figures.DateOf(g.Key), g.ToDictionary(c => c.Name, c => (int)c.Count)))]);
    }

    /// <summary>What the counters of these days come to, of the last seven and of the seven before, in one look.</summary>
    private static async Task<(Dictionary<string, int> Counts, Dictionary<string, int> Week, Dictionary<string, int> Before)> SumsAsync(LedgerContext db, int days, int today)
    {
#pragma warning disable CA1309 // Compared in the database, whose collation of names is binary.
        var rows = await db.FleetCounts.Where(c => c.Day > today - Math.Max(days, 14) && c.Day <= today && (string.Compare(c.Name, Counters.Person) < 0 || string.Compare(c.Name, "person;") >= 0))
#pragma warning restore CA1309
            .GroupBy(c => new { c.Name, Week = c.Day > today - 7 ? 0 : c.Day > today - 14 ? 1 : 2, IsIn = c.Day > today - days })
            .Select(g => new { g.Key.Name, g.Key.Week, g.Key.IsIn, Sum = g.Sum(c => c.Count) }).ToListAsync();
        return (Of(rows.Where(r => r.IsIn).Select(r => (r.Name, r.Sum))), Of(rows.Where(r => r.Week == 0).Select(r => (r.Name, r.Sum))), Of(rows.Where(r => r.Week == 1).Select(r => (r.Name, r.Sum))));

        static Dictionary<string, int> Of(IEnumerable<(string Name, long Sum)> some) =>
            some.GroupBy(r => r.Name, r => r.Sum).ToDictionary(g => g.Key, g => (int)Math.Min(int.MaxValue, g.Sum()));
    }

    /// <summary>Of the last seven days, up to the hour that it is: an hour that nobody said anything in has no counter.</summary>
    private IReadOnlyList<HourCount> PerHour(Dictionary<(int Day, string Name), int> counts)
    {
        var now = reader.Now;
        return
        [
            .. Enumerable.Range(now.Day - 6, 7).SelectMany(day => Enumerable.Range(0, day == now.Day ? now.Hour + 1 : 24),
                (day, hour) => new HourCount(new((day * 86_400_000L) + (hour * 3_600_000L)), counts.GetValueOrDefault((day, HourFigures[hour])))),
        ];
    }

    private async Task<FleetAgents> AgentsAsync(LedgerContext db)
    {
        var idle = reader.Now.PlusSeconds(-AgentLists.IdleDays * 86_400L);
        // In the order of an index that holds all of it: counted without fetching a row.
        var groups = await db.Standings.GroupBy(s => new { s.Status, s.Risk }).Select(g => new
        {
            g.Key.Status,
            Level = RiskAssessment.LevelOf(g.Key.Risk),
            Count = g.Count(),
            WithoutRunner = g.Sum(s => s.RequiresRunner ? 0 : 1),
            WithoutGateway = g.Sum(s => s.ThroughGateway ? 0 : 1),
            Unusing = g.Sum(s => s.Unused > 0 ? 1 : 0),
            Unused = g.Sum(s => s.Unused),
        }).ToListAsync();
        var isIdle = await db.Standings.CountAsync(s => s.Status == AgentStatus.Active && (s.SeenAt == null || s.SeenAt < idle));
        var here = groups.Where(g => g.Status != AgentStatus.Retired).ToList();
        var levels = Enum.GetValues<RiskLevel>().ToDictionary(l => l.ToString().ToLowerInvariant(), l => here.Where(g => g.Level == l).Sum(g => g.Count));
        return new(
            Count(AgentStatus.Active), Count(AgentStatus.Stopped), Count(AgentStatus.Retired), levels,
            here.Sum(g => g.WithoutRunner), here.Sum(g => g.Unusing), here.Sum(g => g.Unused), isIdle,
            here.Sum(g => g.WithoutGateway), here.Sum(g => g.Count) - await Drills.AgentsAsync(db));

        int Count(AgentStatus status) => groups.Where(g => g.Status == status).Sum(g => g.Count);
    }

    /// <summary>By their standing of now, so that a score a day old does not put them in another order than the list has.</summary>
    private async Task<IReadOnlyList<RiskyAgent>> RiskiestAsync(List<AgentState> agents)
    {
        var records = await risks.DaysAsync(agents, RiskScoring.RecordDays + 7);
        var (now, before) = (await risks.OfAsync(agents, records), await risks.OfAsync(agents, records, daysAgo: 7));
        return [.. agents.Select(a => new RiskyAgent(new(a.Id.Value, a.Name), a.DisplayName, now[a.Id].Score, now[a.Id].Level, before[a.Id].Score)).OrderByDescending(a => a.Score)];
    }

    private static ContainmentTimes Contained(Dictionary<string, int> counts, List<StopState> stops, List<StopState> drills)
    {
        var buckets = Figures.Buckets(counts, Counters.Contained);
        return new((int)buckets.Values.Sum(), Milliseconds(0.5), Milliseconds(0.9), [.. stops.Select(Past)], drills.Count == 0 ? null : Past(drills[0]), [.. drills.Select(StopDocument.Of)]);

        long? Milliseconds(double share) => Durations.Quantile(buckets, share) is { } time ? (long)Math.Round(time.TotalMilliseconds) : null;

        static PastStop Past(StopState stop) =>
            new(stop.Id, stop.Scope, stop.TargetName, stop.At, stop.Drill, stop.ContainedAfter is { } after ? (long)after.TotalMilliseconds : null);
    }
}
