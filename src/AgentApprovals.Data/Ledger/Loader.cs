using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// Reads what a batch needs into the world, in sets, leaving out what the world knows already. Under load that is nearly
/// everything, and then no query is made but the two that only the database can answer: whether an idempotency key, and whether a
/// resource, was used before.
/// </summary>
internal sealed class Loader(ILedgerStore store, IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>The budgets that the desks were last looked at for.</summary>
    private IReadOnlySet<(string Rule, int Seconds)>? _budgets;

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
        await LoadResourcesAsync(world, needs, cancel);
    }

    private static bool IsMissing(World world, Needs needs) => !world.IsFilled
        || needs.PayloadsOf.Count + needs.Entangled.Count + needs.SessionsOfKeys.Count + needs.TokensOf.Count + needs.StopsOfSessions.Count + needs.Secrets.Count > 0
        || needs.Actions.Any(id => !world.Actions.Knows(id)) || needs.ActionSequences.Any(s => !world.Actions.Knows(s))
        || needs.Sessions.Any(id => !world.Sessions.Knows(id)) || needs.SessionSequences.Any(s => !world.Sessions.Knows(s))
        || needs.Agents.Any(id => !world.Agents.Knows(id)) || needs.AgentNames.Any(n => world.Agents.Find(n) is null)
        || needs.Credentials.Concat(needs.AgentsOfKeys).Any(id => !world.Credentials.Knows(id))
        || needs.Stops.Any(id => !world.Stops.Knows(id));

    /// <summary>Desks of agents that came in, and of all that do not count a budget which another policy brought.</summary>
    private async Task LoadDesksAsync(World world, CancellationToken cancel)
    {
        var budgets = world.Texts.Budgets;
        if (world.Desks.Count == world.Agents.Count && ReferenceEquals(budgets, _budgets))
            return;
        var missing = world.Agents.All.Where(a => !world.Desks.Knows(a.Sequence) || !world.Desks.Get(a.Sequence).Budgets.SetEquals(budgets)).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        foreach (var agent in missing)
            await DeskLoader.LoadAsync(world, db, agent.Sequence, cancel);
        _budgets = budgets;
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
