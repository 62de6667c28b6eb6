using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>The code that one would write first: a pooled context and one <c>SaveChanges</c> for each request, with the product's rows.</summary>
internal sealed class EfWriter
{
    private readonly PooledDbContextFactory<LedgerContext> _contexts;
    private readonly ActionState _action;
    private readonly EntryRow _entry;
    private readonly List<ContentRow> _contents;
    private readonly HeadRow _head;
    private readonly AgentDayRow _day;
    private long _sequence;

    private EfWriter(DatabaseEngine engine, string database)
    {
        _contexts = new(new DbContextOptionsBuilder<LedgerContext>().UseLedger(engine, database).Options);
        using var db = _contexts.CreateDbContext();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        _action = db.Actions.OrderByDescending(a => a.Sequence).First();
        _entry = db.Entries.Single(e => e.Sequence == _action.Sequence);
        _contents = [.. db.Contents.Where(c => c.Sequence == _action.Sequence)];
        _head = db.Heads.Single();
        _day = db.AgentDays.First(d => d.AgentSequence == _action.AgentSequence);
        _sequence = _head.Sequence;
    }

    public static Func<long, Task> Open(DatabaseEngine engine, string database) => new EfWriter(engine, database).WriteAsync;

    private async Task WriteAsync(long key)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        await using var db = await _contexts.CreateDbContextAsync();
        db.Add(_action with { Sequence = sequence, Id = new ActionId(new Guid($"{sequence:x32}")), IdempotencyKey = $"{key:x64}" });
        db.Add(new EntryRow { Sequence = sequence, Batch = _entry.Batch, At = _entry.At, Kind = _entry.Kind, ActionSequence = sequence, SessionSequence = _entry.SessionSequence, AgentSequence = _entry.AgentSequence, Bytes = _entry.Bytes, Hash = _entry.Hash });
        foreach (var content in _contents)
            db.Add(new ContentRow { Sequence = sequence, Part = content.Part, Bytes = content.Bytes });
        db.Update(new HeadRow { Id = 1, Sequence = sequence, Hash = _head.Hash, At = _head.At, ClockOffset = 0 });
        db.Update(new AgentDayRow { AgentSequence = _day.AgentSequence, Day = _day.Day, Counts = _day.Counts });
        await db.SaveChangesAsync();
    }
}
