using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Runners;

/// <summary>
/// How long each session's runner has not been heard, outside the ledger: in this process's memory, and where nodes share a database in it
/// as well, so that none judges what another hears.
/// </summary>
public sealed class RunnerLeases(Data.Ledger.Ledger ledger, Reader reader, Feed feed, LeaseStore store, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<long, Held> _held = new();

    public async Task StartAsync()
    {
        feed.Committed += Follow;
        foreach (var session in await reader.LookAsync(db => db.Sessions.Where(s => s.Status == SessionStatus.Active && s.RunnerTokenHash != null).ToListAsync()))
            _held.TryAdd(session.Sequence, Begin(session));
    }

    public void Dispose() => feed.Committed -= Follow;

    /// <summary>The runner has renewed.</summary>
    public async Task HeardAsync(SessionState session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var held = _held.GetOrAdd(session.Sequence, _ => Begin(session));
        (held.Since, held.HeardAt, held.IsHeard) = (time.GetTimestamp(), reader.Now, true);
        await store.WriteAsync(session.Sequence, held.HeardAt);
        if (session.Runner!.LostAt is not null)
            await ledger.CommitAsync(new FindRunner(session.Id));
    }

    /// <summary>How the console stands with the session's runner, and until when its lease runs.</summary>
    public (RunnerContact Contact, Moment ExpiresAt) Of(SessionState session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var runner = session.Runner ?? throw new ArgumentException("It has no runner.", nameof(session));
        var held = _held.GetValueOrDefault(session.Sequence);
        var expiresAt = (held?.HeardAt ?? session.StartedAt).PlusSeconds(runner.LeaseSeconds);
        return (runner.IsDead ? RunnerContact.Dead
            : held is { IsHeard: true } && runner.LostAt is null && Elapsed(held) < runner.LeaseSeconds ? RunnerContact.Connected : RunnerContact.Lost, expiresAt);
    }

    /// <summary>A full lease begins anew for all: what passed while this console was not ready counts for nobody.</summary>
    public void BeginAnew()
    {
        foreach (var held in _held.Values)
            (held.Since, held.HeardAt) = (time.GetTimestamp(), reader.Now);
    }

    /// <summary>Takes in what other nodes have heard, and the sessions that were opened there.</summary>
    public async Task LearnAsync()
    {
        foreach (var (session, heardAt) in await store.ReadAsync())
        {
            var held = _held.GetOrAdd(session.Sequence, _ => Begin(session));
            if (heardAt is { } at && at > held.HeardAt)
                (held.Since, held.HeardAt, held.IsHeard) = (time.GetTimestamp() - (long)(Math.Max(0, (reader.Now - at).TotalSeconds) * time.TimestampFrequency), at, true);
        }
    }

    /// <summary>Enters what follows from leases that have run out.</summary>
    public async Task JudgeAsync()
    {
        foreach (var (sequence, held) in _held)
        {
            var elapsed = Elapsed(held);
            if (elapsed < held.Seconds || (elapsed < 2 * held.Seconds && held.IsTold))
                continue;
            if (elapsed < 2 * held.Seconds)
            {
                held.IsTold = (await ledger.CommitAsync(new LoseRunner(held.Id))).Refusal is null;
                continue;
            }

            await ledger.CommitAsync(new StopUnheard(held.Id));
            _held.TryRemove(sequence, out _);
        }
    }

    private double Elapsed(Held held) => time.GetElapsedTime(held.Since).TotalSeconds;

    private Held Begin(SessionState session) => new(session.Id, session.Runner!.LeaseSeconds) { Since = time.GetTimestamp(), HeardAt = reader.Now };

    private void Follow(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        foreach (var (row, _) in rows)
        {
            if (row is not SessionState { Runner: { } runner } session)
                continue;
            if (session.Status != SessionStatus.Active || runner.IsDead)
            {
                if (_held.TryRemove(session.Sequence, out _))
                    store.Forget(session.Sequence);
            }
            else if (_held.GetOrAdd(session.Sequence, _ => Begin(session)) is var held && runner.LostAt is null)
            {
                held.IsTold = false;
            }
        }
    }

    private sealed class Held(SessionId id, int seconds)
    {
        private long _since;

        public SessionId Id => id;

        public int Seconds => seconds;

        public long Since
        {
            get => Interlocked.Read(ref _since);
            set => Interlocked.Exchange(ref _since, value);
        }

        public Moment HeardAt { get; set; }

        /// <summary>Whether it was heard at all since this process began.</summary>
        public bool IsHeard { get; set; }

        /// <summary>Whether it stands in the ledger that it is lost.</summary>
        public bool IsTold { get; set; }
    }
}
