using AgentApprovals.Agents;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Risk;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Agents;

/// <summary>An agent as its page shows it to one person.</summary>
/// <param name="Stop">The stop that refuses it new sessions; null while none does.</param>
/// <param name="Risk">For Managers and Administrators.</param>
public sealed record AgentView(AgentState Agent, PersonState Person, StopState? Stop, bool IsEverythingStopped, bool HasHadSession, AgentRiskDocument? Risk)
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
            return new AgentView(agent, person, stop, console.StoppedBy is not null, await db.Sessions.AnyAsync(s => s.AgentSequence == agent.Sequence), null);
        });
        return view is { MayResume: true } ? view with { Risk = await risks.OfAsync(view.Agent, RiskScoring.RecordDays) } : view;
    }
}
