using AgentApprovals.Agents;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Risk;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Agents;

/// <summary>An agent as its page shows it to one person.</summary>
/// <param name="Stop">The stop that refuses it new sessions; null while none does.</param>
/// <param name="Running">Its open sessions.</param>
/// <param name="Risk">For Managers and Administrators.</param>
public sealed record AgentView(AgentState Agent, PersonState Person, StopState? Stop, bool IsEverythingStopped, bool HasHadSession, Running Running, AgentRiskDocument? Risk)
{
    public bool MaySetUp => Person.Has(Roles.Administrator);

    public bool MayResume => Person.Has(Caller.Resumers);

    /// <summary>How often a permission was used in the days of <see cref="Risk"/>; null where that may not be seen.</summary>
    public int? UsesOf(Permission permission)
    {
        ArgumentNullException.ThrowIfNull(permission);
        return Risk?.Days.Sum(d => d.Counts.GetValueOrDefault("permission:" + permission.Key));
    }
}

/// <summary>How many sessions are open, and in how many of them nothing holds the process.</summary>
public sealed record Running(int Open, int Unheld);

/// <summary>Reads an agent for its page.</summary>
public sealed class AgentViewReader(Reader reader, AgentRisks risks)
{
    /// <summary>Null where there is none, or the person may not know of it.</summary>
    public async Task<AgentView?> OfAsync(AgentId id, PersonState person)
    {
        ArgumentNullException.ThrowIfNull(person);
        var view = await reader.LookAsync(async db =>
        {
            if (await db.Agents.SingleOrDefaultAsync(a => a.Id == id) is not { } agent || !person.MaySee(agent))
                return null;
            var stop = await db.Stops.SingleOrDefaultAsync(s => s.Sequence == agent.StoppedBy);
            var console = await db.Consoles.SingleAsync();
            var now = reader.Now;
            var open = await db.Sessions.Where(s => s.AgentSequence == agent.Sequence && s.Status == SessionStatus.Active && s.ExpiresAt > now).ToListAsync();
            return new AgentView(agent, person, stop, console.StoppedBy is not null, open.Count > 0 || await db.Sessions.AnyAsync(s => s.AgentSequence == agent.Sequence),
                new(open.Count, open.Count(s => !s.IsHeld)), null);
        });
        return view is { MayResume: true } ? view with { Risk = await risks.OfAsync(view.Agent, RiskScoring.RecordDays) } : view;
    }
}
