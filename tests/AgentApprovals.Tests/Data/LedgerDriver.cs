using System.Text.Json.Nodes;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentApprovals.Tests.Data;

/// <summary>A ledger on a database of its own, without the host around it.</summary>
internal sealed class LedgerDriver : IAsyncDisposable
{
    private readonly string _folder;
    private readonly bool _isOwn;

    private LedgerDriver(string folder, TimeProvider time, bool isOwn, bool isShared)
    {
        (_folder, _isOwn) = (folder, isOwn);
        var database = Suite.Database(folder);
        Contexts = new(new DbContextOptionsBuilder<LedgerContext>().UseLedger(Suite.Engine, database).Options);
        using var db = Contexts.CreateDbContext();
        Feed = new(Contexts);
        Clock = new(time);
        Store = new(Suite.Store(database, TableMap.Of(db.Model), time), time);
        Ledger = new(Store, new LedgerBatches(Store, Contexts, Feed, new(Contexts, Feed, Clock), Clock, new(IsShared: isShared)), Feed, Clock, new(), NullLogger<AgentApprovals.Data.Ledger.Ledger>.Instance);
    }

    public PooledDbContextFactory<LedgerContext> Contexts { get; }

    public Feed Feed { get; }

    public LedgerClock Clock { get; }

    public StoreDriver Store { get; }

    public AgentApprovals.Data.Ledger.Ledger Ledger { get; }

    /// <param name="beside">Another ledger whose database this one writes as well.</param>
    /// <param name="isShared">Others will write to it.</param>
    public static async Task<LedgerDriver> OpenAsync(LedgerDriver? beside = null, TimeProvider? time = null, bool isShared = false)
    {
        var driver = new LedgerDriver(beside?._folder ?? Directory.CreateTempSubdirectory("agent-approvals-ledger-").FullName, time ?? TimeProvider.System, isOwn: beside is null, isShared: isShared || beside is not null);
        await driver.Ledger.StartAsync(CancellationToken.None);
        (await driver.Ledger.CommitAsync(new OpenLedger())).Require();
        return driver;
    }

    public Task<Result<long>> Mark(string name) => Ledger.CommitAsync(new Mark(name));

    /// <summary>Holds the commit of a mark called <c>first</c>, so that what is asked meanwhile makes one batch.</summary>
    public Task<StoreDriver.Gate> HoldAsync() => Store.HoldAsync(() => Mark("first"));

    /// <summary>An entry about a session; null: about nothing.</summary>
    public Task<Result<Done>> Say(SessionState? session, string kind) => Ledger.CommitAsync(new Saying(session, kind));

    public async Task<List<Entry>> EntriesAsync()
    {
        await using var db = await Contexts.CreateDbContextAsync();
        return [.. (await db.Entries.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync()).Select(Entry.Read)];
    }

    /// <summary>Names of the marks in the ledger, in order.</summary>
    public async Task<List<string>> MarksAsync() =>
        [.. (await EntriesAsync()).Where(e => e.Kind == "test.mark").Select(e => e.Data.GetProperty("name").GetString()!)];

    public async Task<ChainReport> CheckAsync() => await new ChainCheck(Contexts).RunAsync(1, null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Ledger.StopAsync(CancellationToken.None);
        Ledger.Dispose();
        await Store.DisposeAsync();
        if (_isOwn)
            Suite.Drop(_folder);
    }
}

/// <summary>Writes an entry that changes no row.</summary>
internal record Mark(string Name) : Command<long>, ICommand
{
    public virtual bool IsStop => false;

    public long? Sender { get; init; }

    public override void Need(Needs needs)
    {
    }

    public override Result<long> Decide(World world)
    {
        world.Append("test.mark", ActorStamp.System("test"), default, new JsonObject { ["name"] = Name });
        return world.NextSequence - 1;
    }
}

internal sealed record StopMark(string Name) : Mark(Name)
{
    public override bool IsStop => true;
}

/// <summary>Our bug: throws with half of its work done.</summary>
internal sealed record BrokenRule(string Name) : Mark(Name)
{
    public override Result<long> Decide(World world)
    {
        base.Decide(world);
        throw new InvalidOperationException("A rule broke.");
    }
}

/// <summary>Makes an agent of a name without asking whether it is taken, which the database refuses.</summary>
internal sealed record ClashingAgent(string Name) : Command<AgentState>
{
    public override void Need(Needs needs)
    {
    }

    public override Result<AgentState> Decide(World world) => world.Append(world.Agents, Kinds.AgentRegistered, ActorStamp.System("test"), default, new AgentState
    {
        Id = new AgentId(world.NewId()),
        Name = Name,
        DisplayName = Name,
        Owner = "owner@example.com",
        ActsFor = [],
        Labels = [],
        Limits = new(),
        Permissions = [],
        CreatedAt = world.Now,
    });
}

internal sealed record Saying(SessionState? Session, string Kind) : Command<Done>
{
    public override void Need(Needs needs)
    {
    }

    public override Result<Done> Decide(World world)
    {
        world.Append(Kind, ActorStamp.System("test"), new(SessionSequence: Session?.Sequence, Session: Session?.Id), []);
        return default(Done);
    }
}
