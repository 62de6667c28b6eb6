using System.Globalization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Risk;

/// <summary>What people had to decide, read off counters: for managers of everybody, and for each person of themselves.</summary>
public sealed class ReviewerLoads(Reader reader, Roster roster)
{
    /// <summary>The person's own figures of the last days, today included.</summary>
    public async Task<ReviewerLoad> OfAsync(PersonId person, int days) => (await reader.LookAsync(db => OfAsync(db, days, person))).SingleOrDefault()
        ?? Of(person, new Dictionary<string, (int, int)>());

    /// <summary>Everybody's who decided anything, by name: how much each was asked, not who did more.</summary>
    /// <param name="only">Of this person alone; null: of all.</param>
    public async Task<IReadOnlyList<ReviewerLoad>> OfAsync(LedgerContext db, int days, PersonId? only = null)
    {
        ArgumentNullException.ThrowIfNull(db);
        var today = reader.Now.Day;
        // One range of the key: the counters of people, or of one of them, in these days.
        var (from, to) = only is { } one ? ($"{Counters.Person}{one}:", $"{Counters.Person}{one};") : (Counters.Person, "person;");
#pragma warning disable CA1309 // Compared in the database, whose collation of names is binary.
        var counts = await db.FleetCounts.Where(c => c.Day > today - days && c.Day <= today && string.Compare(c.Name, from) >= 0 && string.Compare(c.Name, to) < 0)
            .GroupBy(c => c.Name).Select(g => new { Name = g.Key, Sum = g.Sum(c => c.Count), Most = g.Max(c => c.Count) }).ToListAsync();
#pragma warning restore CA1309
        return
        [
            .. counts.Select(c => (Id: c.Name[7..43], What: c.Name[44..], Count: ((int)c.Sum, (int)c.Most))).GroupBy(c => c.Id)
                .Select(g => Of(new PersonId(Guid.Parse(g.Key)), g.ToDictionary(c => c.What, c => c.Count))).OrderBy(r => r.Person.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private ReviewerLoad Of(PersonId id, IReadOnlyDictionary<string, (int Sum, int Most)> by)
    {
        var hours = Enumerable.Range(0, 24).Select(h => by.GetValueOrDefault(h.ToString("00", CultureInfo.InvariantCulture))).ToList();
        var (yes, no) = (by.GetValueOrDefault("yes").Sum, by.GetValueOrDefault("no").Sum);
        var busiest = hours.Select(h => h.Sum).DefaultIfEmpty().Max();
        return new(PersonRef.Of(id, roster.Person(id)?.DisplayName ?? id.ToString()), yes + no, yes, no, by.GetValueOrDefault("quick").Sum,
            busiest == 0 ? null : hours.FindIndex(h => h.Sum == busiest), by.GetValueOrDefault("agreed").Sum, by.GetValueOrDefault("differed").Sum,
            [.. hours.Select(h => h.Sum)], hours.Max(h => h.Most));
    }
}
