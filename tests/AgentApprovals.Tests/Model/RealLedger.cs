using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Data.Storage;
using AgentApprovals.Deadlines;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Model;
using AgentApprovals.Tests.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentApprovals.Tests.Model;

/// <summary>
/// The real writer on a database of its own, with the clock in the test's hand; what stands is read as every page reads it.
/// Synchronous, because a timeline is one thing after another.
/// </summary>
internal sealed class RealLedger : IDoor, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-approvals-model-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly LedgerClock _clock;
    private readonly ILedgerStore[] _stores;
    private readonly Reader _reader;
    private AgentApprovals.Data.Ledger.Ledger[] _ledgers;
    private int _turn;

    /// <param name="nodes">How many write to it, each in its turn.</param>
    public RealLedger(int nodes = 1)
    {
        var database = Suite.Database(_folder);
        Contexts = new(new DbContextOptionsBuilder<LedgerContext>().UseLedger(Suite.Engine, database).Options);
        using var db = Contexts.CreateDbContext();
        _clock = new(_time);
        _stores = [.. Enumerable.Range(0, nodes).Select(_ => new StoreDriver(Suite.Store(database, TableMap.Of(db.Model), _time), _time))];
        _reader = new(Contexts, _clock);
        _ledgers = [.. _stores.Select(Start)];
    }

    public PooledDbContextFactory<LedgerContext> Contexts { get; }

    /// <summary>The writer whose turn it is.</summary>
    public AgentApprovals.Data.Ledger.Ledger Ledger => _ledgers[_turn++ % _ledgers.Length];

    public Moment Now
    {
        get => Moment.From(_time.GetUtcNow());
        set => _time.Advance(value - Now);
    }

    public bool IsEverythingStopped => Wait(_reader.LookAsync(db => db.Consoles.SingleAsync())).StoppedBy is not null;

    public Result<T> Try<T>(Command<T> command) => Wait(Ledger.CommitAsync(command));

    public ActionState ActionOf(ActionId id) => Wait(_reader.ActionAsync(id))!.Action;

    public SessionState SessionOf(SessionId id) => Wait(_reader.SessionAsync(id))!.Session;

    public AgentState AgentOf(AgentId id) => Wait(_reader.LookAsync(db => db.Agents.SingleAsync(a => a.Id == id)));

    public BurstState BurstOf(BurstId id) => Wait(_reader.BurstAsync(id))!.Burst;

    /// <summary>Ends when nothing is due any more; where that never comes, what is written down does not stay written.</summary>
    public void Sweep()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Wait(new DeadlineSweep(_reader, Ledger).RunAsync(deadline.Token));
        deadline.Token.ThrowIfCancellationRequested();
    }

    /// <summary>A new writer, as after a crash: it knows nothing but what is in the database.</summary>
    public void Restart()
    {
        End();
        _ledgers = [.. _stores.Select(Start)];
    }

    public ChainReport Check() => Wait(new ChainCheck(Contexts).RunAsync(1, null, CancellationToken.None));

    public void Dispose()
    {
        End();
        foreach (var store in _stores)
            Wait(store.DisposeAsync().AsTask());
        Suite.Drop(_folder);
    }

    private AgentApprovals.Data.Ledger.Ledger Start(ILedgerStore store)
    {
        var feed = new Feed(Contexts);
        var batches = new LedgerBatches(store, Contexts, feed, new(Contexts, feed, _clock), _clock, new(Cast.MinimumWindow, IsShared: _stores.Length > 1));
        var ledger = new AgentApprovals.Data.Ledger.Ledger(store, batches, feed, _clock, new(), NullLogger<AgentApprovals.Data.Ledger.Ledger>.Instance);
        Wait(ledger.StartAsync(CancellationToken.None));
        return ledger;
    }

    private void End()
    {
        foreach (var ledger in _ledgers)
        {
            Wait(ledger.StopAsync(CancellationToken.None));
            ledger.Dispose();
        }
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
