using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>An observation, with its agent.</summary>
public sealed record ObservationView(ObservationState Observation, AgentState Agent)
{
    /// <summary>Whoever may see the agent's sessions and actions, all of them, and target systems.</summary>
    public bool IsSeenBy(PersonState person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return person.Active && (person.Has(Caller.Seers | Caller.Verifiers) || Email.Same(Agent.Owner, person.Email));
    }
}

/// <summary>What agents were seen to do.</summary>
public static class ObservationQueries
{
    /// <summary>So many are looked at for one that covers an observation.</summary>
    private const int MostRedeemed = 500;

    public static Task<ObservationView?> ObservationAsync(this Reader reader, ObservationId id)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.LookAsync(async db => await db.Observations.SingleOrDefaultAsync(o => o.Id == id) is { } it
            ? new ObservationView(it, await db.Agents.SingleAsync(a => a.Sequence == it.AgentSequence))
            : null);
    }

    /// <summary>Those that the person may see, newest first, from before a sequence on.</summary>
    /// <param name="agent">Of this agent alone; null: of all.</param>
    /// <param name="covered">Whether an action covers them; null: either.</param>
    /// <param name="since">Told from then on; null: at any time.</param>
    public static Task<Page<ObservationView>> ObservationsAsync(this Reader reader, long? agent, bool? covered, PersonState person, long? before, int limit, Moment? since = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(person);
        return reader.LookAsync(async db =>
        {
            var some = db.Observations.Where(o => o.Sequence < (before ?? long.MaxValue));
            if (agent is { } one)
                some = some.Where(o => o.AgentSequence == one);
            if (covered is { } isCovered)
                some = isCovered ? some.Where(o => o.ActionSequence != null) : some.Where(o => o.ActionSequence == null);
            if (since is { } first)
                some = some.Where(o => o.ReceivedAt >= first);
            if (!person.Has(Caller.Seers | Caller.Verifiers))
            {
                var own = AgentWords.OwnedBy(person.Email);
                some = some.Where(o => db.AgentWords.Any(w => w.AgentSequence == o.AgentSequence && w.Word == own));
            }

            var rows = await some.OrderByDescending(o => o.Sequence).Take(limit + 1).ToListAsync();
            var agents = rows.Select(o => o.AgentSequence).Distinct().ToList();
            var of = await db.Agents.Where(a => agents.Contains(a.Sequence)).ToDictionaryAsync(a => a.Sequence);
            var views = rows.Select(o => new ObservationView(o, of[o.AgentSequence])).ToList();
            return new Page<ObservationView>([.. views.Take(limit).Where(v => v.IsSeenBy(person))], views.Count > limit ? rows[limit - 1].Sequence : null);
        });
    }

    /// <summary>Redeemed actions of the agent, type and resource that cover nothing yet and whose execution goes on or ended a little while ago.</summary>
    public static Task<IReadOnlyList<long>> RedeemedAsync(this Reader reader, long agent, string type, string resource)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var since = reader.Now.PlusSeconds(-RecordObservation.GraceSeconds);
        var hash = PreparedPayload.ResourceHash(resource);
        return reader.LookAsync(async db =>
        {
            var redeemed = db.Actions.Where(a => a.AgentSequence == agent && a.ResourceHash == hash && a.RedeemSequence != null && a.ObservationSequence == null && a.Type == type);
            // What the clock has ended may be written down as going on, and the command judges all of it again.
            var open = await redeemed.Where(a => a.EndedAt == null).OrderBy(a => a.Sequence).Select(a => a.Sequence).Take(MostRedeemed).ToListAsync();
            var ended = await redeemed.Where(a => a.EndedAt > since).OrderBy(a => a.Sequence).Select(a => a.Sequence).Take(MostRedeemed).ToListAsync();
            return (IReadOnlyList<long>)[.. open, .. ended];
        });
    }
}
