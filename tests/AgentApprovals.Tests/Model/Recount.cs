using System.Globalization;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Tests.Model;

/// <summary>Counts again, from the entries alone and as plainly as can be, what the writer's counters say.</summary>
internal sealed class Recount
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Moment> _seen = [];

    /// <summary>Counters, standings and words that are otherwise than they should be.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(IDbContextFactory<LedgerContext> contexts, Moment now)
    {
        await using var db = await contexts.CreateDbContextAsync();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var recount = new Recount();
        var rows = await Replay.WalkAsync(db, recount.Take);
        var stored = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var day in await db.AgentDays.ToListAsync())
        {
            foreach (var (name, count) in day.Counts)
                stored[$"agent {day.AgentSequence} day {day.Day} {name}"] = count;
        }

        foreach (var count in await db.FleetCounts.ToListAsync())
            stored[$"fleet day {count.Day} {count.Name}"] = count.Count;
        // The lists behind reviewers' figures have a row for each that the figures count.
        foreach (var row in (await db.DecisionFacts.ToListAsync()).SelectMany(f => NamesOf(f).Select(n => $"list of day {f.At.Day} person:{f.Person}:{n}")).GroupBy(n => n))
            stored[row.Key] = row.LongCount();
        foreach (var (key, count) in recount._counts.Where(c => c.Key.Contains(" person:", StringComparison.Ordinal)).ToList())
            recount._counts[key.Replace("fleet", "list of", StringComparison.Ordinal)] = count;
        var differing = stored.Keys.Union(recount._counts.Keys).Where(k => stored.GetValueOrDefault(k) != recount._counts.GetValueOrDefault(k))
            .Select(k => $"{k}: {stored.GetValueOrDefault(k)} instead of {recount._counts.GetValueOrDefault(k)}").ToList();
        foreach (var agent in rows.Values.OfType<AgentState>())
        {
            var words = await db.AgentWords.Where(w => w.AgentSequence == agent.Sequence).Select(w => w.Word).ToListAsync();
            if (!AgentWords.Of(agent).SetEquals(words))
                differing.Add($"{agent.Name} is found by {string.Join(' ', words)}");
            var days = await db.AgentDays.Where(d => d.AgentSequence == agent.Sequence && d.Day > now.Day - RiskScoring.RecordDays)
                .Select(d => new AgentDay(d.AgentSequence, d.Day, d.Counts)).ToListAsync();
            var catalogue = rows.Values.OfType<DocumentState>().Where(d => d.Kind == DocumentKind.Catalogue).MaxBy(d => d.Version) is { } document
                ? (Catalogue)Documents.Parse(document, (await db.Contents.SingleAsync(c => c.Sequence == document.Sequence && c.Part == ContentPart.Document)).Bytes!)
                : Catalogue.BuiltIn;
            var standing = await db.Standings.SingleAsync(s => s.AgentSequence == agent.Sequence);
            var expected = AgentStanding.Of(agent, days, Exposure.Of(agent, days, catalogue, now), catalogue, recount._seen.TryGetValue(agent.Sequence, out var at) ? at : null, now);
            if (standing.HoldsUntil > now.Day && (standing.Status, standing.Risk, standing.Unused, standing.ThroughGateway, standing.SeenAt, standing.Catalogue) != (expected.Status, expected.Risk, expected.Unused, expected.ThroughGateway, expected.SeenAt, expected.Catalogue))
                differing.Add($"{agent.Name} stands at {standing.Status} {standing.Risk} {standing.Unused} {standing.SeenAt} {standing.Catalogue} instead of {expected}");
        }

        return differing;
    }

    private void Take(EntryRow entry, string actor, IRow? before, IRow after)
    {
        var agent = (after as ActionState)?.AgentSequence ?? (after as SessionState)?.AgentSequence ?? (after as AgentState)?.Sequence ?? (after as BurstState)?.AgentSequence ?? (after as ObservationState)?.AgentSequence;
        if (actor == "agent" && agent is { } who)
            _seen[who] = new(entry.At.Milliseconds - (entry.At.Milliseconds % 60_000));
        var day = entry.At.Milliseconds / 86_400_000;
        if (entry.Kind == "agent.registered")
            Add($"fleet day {day} agents");
        if (entry.Kind == "stop.ordered")
            Add($"fleet day {day} stops");
        if (entry.Kind == "session.stopped")
            Both("sessions_stopped");
        if (entry.Kind == "session.started" && after is SessionState { Runner: null or { Mechanism: Mechanism.None } })
            Both("unheld");
        if (after is StopState stop && IsContained(stop) && !(before is StopState was && IsContained(was)))
            Add($"fleet day {day} contained:{Bucket(stop.Layers.Max(l => l.AfterMs ?? 0))}");
        if (entry.Kind == "burst.opened")
            Both("bursts");
        if (entry.Kind == "agent.bypassed")
            Both("bypassed");
        if (entry.Kind == "observation.covered")
            Both("covered");
        if (entry.Kind == "burst.denied" && ((BurstState)after).Denial!.Person is { } person)
        {
            Both("decisions");
            foreach (var name in (string[])[$"decisions:{Hour(entry.At)}", $"person:{person}:{Hour(entry.At)}", $"person:{person}:no"])
                Add($"fleet day {day} {name}");
        }

        if (after is ActionState action)
            Take(entry, (ActionState?)before, action, Both, n => Add($"agent {agent} day {day} {n}"), n => Add($"fleet day {day} {n}"));

        void Both(string name)
        {
            Add($"agent {agent} day {day} {name}");
            Add($"fleet day {day} {name}");
        }
    }

    private static void Take(EntryRow entry, ActionState? before, ActionState action, Action<string> both, Action<string> own, Action<string> fleet)
    {
        var person = entry.Kind switch
        {
            "action.approval" => action.Approvals[^1].Person,
            "action.approved" when action.Approvals.Count > before!.Approvals.Count => action.Approvals[^1].Person,
            "action.denied" when action.BurstSequence is null => action.Denial!.Person,
            _ => null,
        };
        var took = entry.At.Milliseconds - action.SubmittedAt.Milliseconds;
        if (person is not null)
        {
            both("decisions");
            fleet($"decisions:{Hour(entry.At)}");
            fleet($"person:{person}:{Hour(entry.At)}");
            fleet($"person:{person}:{(entry.Kind == "action.denied" ? "no" : "yes")}");
            var opened = action.Views?.FirstOrDefault(v => v.Person == person)?.At ?? action.SubmittedAt;
            if (entry.At.Milliseconds - opened.Milliseconds < Math.Min(120_000, 1000 + (action.PayloadBytes!.Value * 20)))
                fleet($"person:{person}:quick");
            foreach (var other in action.Approvals.Where(a => a.Person != person))
            {
                fleet($"person:{person}:{(entry.Kind == "action.denied" ? "differed" : "agreed")}");
                fleet($"person:{other.Person}:{(entry.Kind == "action.denied" ? "differed" : "agreed")}");
            }

            if (before!.Status == ActionStatus.Pending && action.Status != ActionStatus.Pending)
                both($"decided:{Bucket(took)}");
        }

        switch (entry.Kind)
        {
            case "action.submitted":
                both("submitted");
                both($"type:{action.Type}");
                both($"hour:{Hour(action.SubmittedAt)}");
                for (var i = 0; i < action.Risk.Score; i++)
                    both("risk");
                if (action.PermissionKey is { } key)
                    own($"permission:{key}");
                if (action.DirectedBy is null)
                    both("undirected");
                if (action.Call is not null)
                    both("gateway");
                if (action.Verdict.RuleName is null)
                {
                    both("unruled");
                    fleet($"unruled:{action.Type}");
                }

                break;
            case "action.approved" or "action.released" or "action.executing" or "action.completed" or "action.failed" or "action.denied" or "action.expired" or "action.cancelled" or "action.stopped":
                both(entry.Kind.Split('.')[1]);
                if (entry.Kind == "action.expired" && before!.Status == ActionStatus.Pending)
                    both("unanswered");
                if (action.Denial?.Code == "not_permitted")
                {
                    both("beyond");
                    own($"beyond:{action.Type}");
                }

                break;
            case "action.directed":
                both("confirmed");
                break;
            case "action.disowned":
                both("disowned");
                if (before!.Directed == Directed.Confirmed)
                    both("-confirmed");
                break;
        }
    }

    private static string[] NamesOf(DecisionFact fact) => fact.Kind switch
    {
        DecisionFactKind.Said => [fact.IsYes ? "yes" : "no", Hour(fact.At)],
        DecisionFactKind.Hurried => ["quick"],
        DecisionFactKind.Agreed => ["agreed"],
        _ => ["differed"],
    };

    private void Add(string key)
    {
        var by = key.Contains(" -", StringComparison.Ordinal) ? -1 : 1;
        key = key.Replace(" -", " ", StringComparison.Ordinal);
        _counts[key] = _counts.GetValueOrDefault(key) + by;
    }

    private static bool IsContained(StopState stop) =>
        stop.Layers.Any(l => l.State == LayerState.Confirmed) && stop.Layers.All(l => l.State is LayerState.Confirmed or LayerState.Absent);

    private static string Hour(Moment at) => (at.Milliseconds / 3_600_000 % 24).ToString("00", CultureInfo.InvariantCulture);

    /// <summary>By the definition: from ten milliseconds on each a quarter longer than the one before.</summary>
    private static string Bucket(long milliseconds)
    {
        var bucket = 0;
        for (long end = 10, before = 0; milliseconds >= end && before < 604_800_000; (before, end) = (end, (end * 5 / 4) + 1))
            bucket++;
        return bucket.ToString("00", CultureInfo.InvariantCulture);
    }
}
