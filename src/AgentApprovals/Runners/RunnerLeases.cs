using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Runners;

/// <summary>How a console stands with a session's runner.</summary>
/// <param name="ExpiresAt">Until when its lease runs, in ledger time.</param>
/// <param name="HeardAt">When it was heard last; null where it was not since this console's start, or where nobody waits for it any more.</param>
public sealed record RunnerStanding(RunnerContact Contact, Moment ExpiresAt, Moment? HeardAt);

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
        var now = reader.Now;
        (held.Since, held.BeganAt, held.HeardAt) = (time.GetTimestamp(), now, now);
        await store.WriteAsync(session.Sequence, now);
        if (session.Runner!.LostAt is not null)
            await ledger.CommitAsync(new FindRunner(session.Id));
    }

    /// <summary>How the console stands with the session's runner now.</summary>
    public RunnerStanding Of(SessionState session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var runner = session.Runner ?? throw new ArgumentException("It has no runner.", nameof(session));
        var held = _held.GetValueOrDefault(session.Sequence);
        var contact = runner.IsDead ? RunnerContact.Dead
            : held is { HeardAt: not null } && runner.LostAt is null && Elapsed(held) < runner.LeaseSeconds ? RunnerContact.Connected : RunnerContact.Lost;
        return new(contact, (held?.BeganAt ?? session.StartedAt).PlusSeconds(runner.LeaseSeconds), held?.HeardAt);
    }

    /// <summary>A full lease begins anew for all: what passed while this console was not ready counts for nobody.</summary>
    public void BeginAnew()
    {
        foreach (var held in _held.Values)
            (held.Since, held.BeganAt) = (time.GetTimestamp(), reader.Now);
    }

    /// <summary>Takes in what other nodes have heard, and the sessions that were opened there.</summary>
    public async Task LearnAsync()
    {
        foreach (var (session, heardAt) in await store.ReadAsync())
        {
            var held = _held.GetOrAdd(session.Sequence, _ => Begin(session));
            if (heardAt is { } at && at > held.BeganAt)
                (held.Since, held.BeganAt, held.HeardAt) = (time.GetTimestamp() - (long)(Math.Max(0, (reader.Now - at).TotalSeconds) * time.TimestampFrequency), at, at);
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

    private Held Begin(SessionState session) => new(session.Id, session.Runner!.LeaseSeconds) { Since = time.GetTimestamp(), BeganAt = reader.Now };

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

        /// <summary>When its lease began: as it was heard, or as this console became ready.</summary>
        public Moment BeganAt { get; set; }

        /// <summary>Null: not since this process began.</summary>
        public Moment? HeardAt { get; set; }

        /// <summary>Whether it stands in the ledger that it is lost.</summary>
        public bool IsTold { get; set; }
    }
}
