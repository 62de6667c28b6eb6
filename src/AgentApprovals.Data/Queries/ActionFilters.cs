using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;

namespace AgentApprovals.Data.Queries;

/// <summary>Narrows actions as they are written down: to those that could, by now, be what is wanted.</summary>
internal static class ActionFilters
{
    public static async Task<IQueryable<ActionState>> OfAsync(this ActionFilter filter, LedgerContext db) =>
        ByEnd(filter.Ended, await ByDayAsync(filter.Submitted, db, ByFacts(filter, ByPlace(filter, db.Actions))));

    private static async Task<IQueryable<ActionState>> ByDayAsync(DaySpan days, LedgerContext db, IQueryable<ActionState> actions)
    {
        if (days.IsAny)
            return actions;
        var (first, end) = await days.SequencesAsync(db.Actions.Select(a => new DaySpan.Dated { Sequence = a.Sequence, At = a.SubmittedAt }));
        return actions.Where(a => a.Sequence >= first && a.Sequence < end);
    }

    private static IQueryable<ActionState> ByEnd(DaySpan days, IQueryable<ActionState> actions)
    {
        if (days.Start is { } start)
            actions = actions.Where(a => a.EndedAt >= start);
        if (days.End is { } end)
            actions = actions.Where(a => a.EndedAt < end);
        return actions;
    }

    /// <summary>Whose it is, of what type and status.</summary>
    private static IQueryable<ActionState> ByPlace(ActionFilter filter, IQueryable<ActionState> actions)
    {
        if (filter.Standing is { } statuses)
        {
            var written = Enum.GetValues<ActionStatus>().Where(s => !s.IsTerminal() || statuses.Contains(s)).ToList();
            actions = actions.Where(a => written.Contains(a.Status));
        }

        if (filter.Type is { } type)
            actions = actions.Where(a => a.Type == type);
        if (filter.AgentSequence is { } agent)
            actions = actions.Where(a => a.AgentSequence == agent);
        if (filter.SessionSequence is { } session)
            actions = actions.Where(a => a.SessionSequence == session);
        if (filter.BurstSequence is { } burst)
            actions = actions.Where(a => a.BurstSequence == burst);
        return actions;
    }

    /// <summary>What figures count: each is an index of its own, so a page costs the same however few there are among a million.</summary>
    private static IQueryable<ActionState> ByFacts(ActionFilter filter, IQueryable<ActionState> actions)
    {
        if (filter.Directed is { Count: 1 } one && one.First() is var only)
            actions = actions.Where(a => a.Directed == only);
        else if (filter.Directed is { } directed)
            actions = actions.Where(a => directed.Contains(a.Directed));
        if (filter.InBurst is { } inBurst)
            actions = inBurst ? actions.Where(a => a.BurstSequence != null) : actions.Where(a => a.BurstSequence == null);
        if (filter.Ruled is { } ruled)
            actions = ruled ? actions.Where(a => a.RuleName != null) : actions.Where(a => a.RuleName == null);
        if (filter.Permitted is { } permitted)
            actions = permitted ? actions.Where(a => a.PermissionKey != null) : actions.Where(a => a.PermissionKey == null);
        if (filter.ThroughGateway is { } through)
            actions = through ? actions.Where(a => a.Call != null) : actions.Where(a => a.Call == null);
        // What was approved once has a time to redeem it in; what nobody decided has none.
        if (filter.Unanswered)
            actions = actions.Where(a => a.PermitExpiresAt == null);
        if (filter.DecidedAfterMs is { } least)
            actions = actions.Where(a => a.DecidedAfterMs >= least);
        return actions;
    }
}
