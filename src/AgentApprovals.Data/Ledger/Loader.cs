using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Reads what a batch needs into the world, in sets, leaving out what the world knows already. Under load that is nearly
/// everything, and then no query is made but the two that only the database can answer: whether an idempotency key, and whether a
/// resource, was used before.
/// </summary>
internal sealed class Loader(ILedgerStore store, IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>What the desks were last looked at for.</summary>
    private (IReadOnlySet<(string Rule, int Seconds)>? Budgets, IReadOnlySet<int>? BurstWindows) _counted;

    public async Task LoadAsync(World world, Needs needs, CancellationToken cancel)
    {
        var keys = needs.IdempotencyKeys.Where(k => world.Actions.Find(k) is null).ToList();
        if (keys.Count > 0)
            needs.ActionSequences.UnionWith(await store.FindKeysAsync(keys, cancel));
        if (IsMissing(world, needs))
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            await new RowLoader(world, needs, db).LoadAsync(cancel);
        }

        await LoadDesksAsync(world, cancel);
        await LoadLikesAsync(world, needs, cancel);
        await LoadResourcesAsync(world, needs, cancel);
    }

    /// <summary>Actions that another node changed and that are not known here: what their agents' desks say no longer holds.</summary>
    public async Task ForgetDesksAsync(World world, IReadOnlyList<long> actions, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        foreach (var agent in await db.Actions.AsNoTracking().Where(a => actions.Contains(a.Sequence)).Select(a => a.AgentSequence).Distinct().ToListAsync(cancel))
            world.ForgetDesk(agent);
    }

    private static bool IsMissing(World world, Needs needs) => !world.IsFilled
        || needs.PayloadsOf.Count + needs.Entangled.Count + needs.SessionsOfKeys.Count + needs.TokensOf.Count + needs.StopsOfSessions.Count + needs.Secrets.Count > 0
        || needs.Actions.Any(id => !world.Actions.Knows(id)) || needs.ActionSequences.Any(s => !world.Actions.Knows(s))
        || needs.Sessions.Any(id => !world.Sessions.Knows(id)) || needs.SessionSequences.Any(s => !world.Sessions.Knows(s))
        || needs.Agents.Any(id => !world.Agents.Knows(id)) || needs.AgentNames.Any(n => world.Agents.Find(n) is null)
        || needs.Credentials.Concat(needs.AgentsOfKeys).Any(id => !world.Credentials.Knows(id))
        || needs.Stops.Any(id => !world.Stops.Knows(id)) || needs.Bursts.Any(id => !world.Bursts.Knows(id))
        || needs.Observations.Any(k => world.Observations.Find(k) is null);

    /// <summary>Desks of agents that came in, and of all that do not count what another policy asks about.</summary>
    private async Task LoadDesksAsync(World world, CancellationToken cancel)
    {
        var counted = (world.Texts.Budgets, world.Texts.BurstWindows);
        if (world.Desks.Count == world.Agents.Count && counted == _counted)
            return;
        var missing = world.Agents.All.Where(a => !world.Desks.Knows(a.Sequence) || !world.Desks.Get(a.Sequence).Counts(world.Texts)).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        foreach (var agent in missing)
            await DeskLoader.LoadAsync(world, db, agent.Sequence, cancel);
        _counted = counted;
    }

    /// <summary>Where a burst may open within this batch, what waits of the same agent and type: it is gathered then.</summary>
    private async Task LoadLikesAsync(World world, Needs needs, CancellationToken cancel)
    {
        var missing = new Needs();
        foreach (var like in needs.Likes.GroupBy(l => (world.Sessions.Find(l.Session)?.AgentSequence, l.Type)))
        {
            if (like.Key.AgentSequence is not { } agent)
                continue;
            var (desk, type, more) = (world.Desks.Get(agent), like.Key.Type, like.Count());
            if (desk.OpenBurst(type, world.Now) is not null)
                continue;
            var window = Judgement.BurstLimitsOf(world.CurrentPolicy(), type).Where(l => desk.Like(type, l.PerSeconds, world.Now) + more > l.Count).Select(l => l.PerSeconds).DefaultIfEmpty().Max();
            if (window > 0)
                missing.ActionSequences.UnionWith(desk.WaitingLike(type, window, world.Now).Where(s => !world.Actions.Knows(s)));
        }

        if (missing.ActionSequences.Count == 0)
            return;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await new RowLoader(world, missing, db).LoadAsync(cancel);
    }

    private async Task LoadResourcesAsync(World world, Needs needs, CancellationToken cancel)
    {
        HashSet<(long Agent, long Hash)>? unknown = null;
        foreach (var (session, hash) in needs.Resources)
        {
            if (world.Sessions.Find(session) is { } known && !world.Desks.Get(known.AgentSequence).LookedFor(hash))
                (unknown ??= []).Add((known.AgentSequence, hash));
        }

        if (unknown is null)
            return;
        var used = await store.FindResourcesAsync(unknown, cancel);
        foreach (var (agent, hash) in unknown)
            world.Desks.Get(agent).LoadResource(hash, used.Contains((agent, hash)));
    }
}
