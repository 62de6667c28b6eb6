using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Deadlines;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Hosting;
using AgentApprovals.Policies;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Risk;

/// <summary>
/// Keeps the order of lists of agents true to scores that grow old by themselves: each day weighs less than the day before, and a catalogue
/// may call something irreversible from now on. What an agent's own doings change is written with them; this writes again what a
/// pure function says of rows that the ledger wrote, so it is no entry, and doing it twice does no harm.
/// </summary>
public sealed class StandingKeeper(IDbContextFactory<LedgerContext> contexts, Reader reader, PolicyReader policies, AgentRisks risks)
{
    private const int AtOnce = 200;
    private int? _catalogue;

    /// <summary>Standings of agents that have none, and what all did together: of a database made before there were any.</summary>
    public async Task FillAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (await db.Agents.CountAsync(cancel) == await db.Standings.CountAsync(cancel))
            return;
        await FillFleetAsync(db, cancel);
        while (await db.Agents.AsNoTracking().Where(a => !db.Standings.Any(s => s.AgentSequence == a.Sequence)).OrderBy(a => a.Sequence).Take(AtOnce).ToListAsync(cancel) is { Count: > 0 } agents)
        {
            foreach (var standing in await AssessAsync(agents, await policies.CatalogueAsync(), _ => null))
                db.Standings.Add(StandingRow.Of(standing));
            foreach (var agent in agents)
                db.AgentWords.AddRange(AgentWords.Of(agent).Select(w => new AgentWordRow { AgentSequence = agent.Sequence, Word = w }));
            await db.SaveChangesAsync(cancel);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>What was counted of each agent before anybody counted all of them together.</summary>
    private static async Task FillFleetAsync(LedgerContext db, CancellationToken cancel)
    {
        if (await db.FleetCounts.AnyAsync(cancel))
            return;
        var counts = new Dictionary<(int Day, string Name), long>();
        await foreach (var day in db.AgentDays.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel))
        {
            foreach (var (name, count) in day.Counts.Where(c => !Counters.IsOfAgentAlone(c.Key)))
                counts[(day.Day, name)] = counts.GetValueOrDefault((day.Day, name)) + count;
        }

        db.FleetCounts.AddRange(counts.Select(c => new FleetCountRow { Day = c.Key.Day, Name = c.Key.Name, Count = c.Value }));
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
    }

    [AutomaticRetry(Attempts = 0)]
    public async Task RefreshAsync(CancellationToken cancel)
    {
        var catalogue = await policies.CatalogueAsync();
        while (await RefreshSomeAsync(catalogue, cancel))
        {
        }

        _catalogue = catalogue.Version;
    }

    private async Task<bool> RefreshSomeAsync(Catalogue catalogue, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var (today, version, isNew) = (reader.Now.Day, catalogue.Version, _catalogue != catalogue.Version);
        var old = await db.Standings.AsNoTracking().Where(s => s.HoldsUntil <= today || (isNew && s.Catalogue != version)).OrderBy(s => s.AgentSequence).Take(AtOnce).ToListAsync(cancel);
        if (old.Count == 0)
            return false;
        var byAgent = old.ToDictionary(s => s.AgentSequence);
        var agents = await db.Agents.AsNoTracking().Where(a => byAgent.Keys.Contains(a.Sequence)).ToListAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        foreach (var now in await AssessAsync(agents, catalogue, a => byAgent[a.Sequence]))
        {
            // Only where nothing happened meanwhile: what the ledger wrote since knows more.
            var was = byAgent[now.AgentSequence];
            await db.Standings.Where(s => s.AgentSequence == now.AgentSequence && s.HoldsUntil == was.HoldsUntil && s.Catalogue == was.Catalogue && s.Risk == was.Risk && s.Unused == was.Unused)
                .ExecuteUpdateAsync(u => u.SetProperty(s => s.Risk, now.Risk).SetProperty(s => s.Unused, now.Unused).SetProperty(s => s.ThroughGateway, now.ThroughGateway).SetProperty(s => s.HoldsUntil, now.HoldsUntil).SetProperty(s => s.Catalogue, now.Catalogue), cancel);
        }

        await transaction.CommitAsync(cancel);
        return true;
    }

    private async Task<IEnumerable<AgentStanding>> AssessAsync(List<AgentState> agents, Catalogue catalogue, Func<AgentState, StandingRow?> known)
    {
        var now = reader.Now;
        return agents.Zip(await risks.DaysAsync(agents, RiskScoring.RecordDays))
            .Select(p => AgentStanding.Of(p.First, p.Second, Exposure.Of(p.First, p.Second, catalogue, now), catalogue, known(p.First)?.SeenAt, now));
    }

    /// <summary>At start, and each minute: a day begins, a catalogue changes.</summary>
    internal sealed class Rota(StandingKeeper keeper, IRecurringJobManagerV2 jobs, IOptions<DeadlineSettings> settings) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await keeper.FillAsync(cancellationToken);
            if (settings.Value.Hangfire)
                await jobs.KeepAsync<StandingKeeper>("standings", k => k.RefreshAsync(CancellationToken.None), Cron.Minutely());
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
