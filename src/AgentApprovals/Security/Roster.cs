using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Security;

/// <summary>
/// Who is behind a credential, from this node's memory: filled from the database when asked, moved by every commit before its
/// caller is answered. So whoever was stopped or deactivated is refused at once on this node. It lets nobody do anything:
/// each command is judged again in the ledger.
/// </summary>
public sealed class Roster : IDisposable
{
    private const int Most = 100_000;
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    private readonly Reader _reader;
    private readonly Feed _feed;
    private readonly Contact _contact;
    private readonly ConcurrentDictionary<SecretHash, SessionState> _sessions = new();
    private readonly ConcurrentDictionary<SessionId, SecretHash> _tokens = new();
    private readonly ConcurrentDictionary<SecretHash, CredentialState> _credentials = new();
    private readonly ConcurrentDictionary<long, PersonState> _people = new();
    private readonly ConcurrentDictionary<long, StopState> _stops = new();
    private readonly ConcurrentDictionary<long, bool> _heard = new();
    private readonly ConcurrentDictionary<StopState, bool> _holds = new();
    private readonly ConcurrentDictionary<long, AgentState> _agents = new();
    private readonly ConcurrentDictionary<SecretHash, long> _seen = new();

    /// <summary>The last stop that was ordered before this node began.</summary>
    private long _since;

    public Roster(Reader reader, Feed feed, Contact contact)
    {
        (_reader, _feed, _contact) = (reader, feed, contact);
        feed.Committed += Follow;
    }

    /// <summary>A person was changed; for what holds connections of people.</summary>
    public event Action<PersonState>? PersonChanged;

    /// <summary>A stop was ordered; for what holds connections of sessions.</summary>
    public event Action<StopState>? Stopped;

    /// <summary>Reads what must be known before the first request: people, and stops that are not settled.</summary>
    public async Task FillAsync()
    {
        foreach (var person in await _reader.LookAsync(db => db.People.ToListAsync()))
            _people.TryAdd(person.Sequence, person);
        _since = await _reader.LookAsync(db => db.Stops.MaxAsync(s => (long?)s.Sequence)) ?? 0;
        foreach (var stop in await _reader.LookAsync(db => db.Stops.Where(s => !s.Settled).ToListAsync()))
            _stops.TryAdd(stop.Sequence, stop);
    }

    /// <summary>The session of a token, as it stands now; null for a token nobody was given.</summary>
    public async Task<SessionState?> SessionAsync(SecretHash token) =>
        await FindAsync(_sessions, token, db => db.Sessions.SingleOrDefaultAsync(s => s.TokenHash == token)) is { } session && await AgentAsync(session) is not null ? Now(Noted(session)) : null;

    /// <summary>
    /// The session of a runner's token, whatever became of it: the runner of one that is over is told to kill, and heard. From the database
    /// each time, for runners connect seldom.
    /// </summary>
    public async Task<SessionId?> RunnerAsync(SecretHash token)
    {
        RequireContact();
        return (await _reader.LookAsync(db => db.Sessions.SingleOrDefaultAsync(s => s.RunnerTokenHash == token)))?.Id;
    }

    /// <summary>A session that came in on this node.</summary>
    public SessionState? Known(SessionId id) => _tokens.TryGetValue(id, out var token) ? _sessions.GetValueOrDefault(token) : null;

    /// <summary>The agent of a session that came in on this node: who may stop it is judged by that, with the database down as well.</summary>
    public AgentState? AgentOf(SessionState session) => _agents.GetValueOrDefault(session.AgentSequence);

    public AgentState? Agent(Func<AgentState, bool> wanted) => _agents.Values.FirstOrDefault(wanted);

    /// <summary>A credential that opens something at this moment.</summary>
    public async Task<CredentialState?> CredentialAsync(SecretHash secret)
    {
        if (await FindAsync(_credentials, secret, db => db.Credentials.SingleOrDefaultAsync(c => c.Hash == secret)) is not { } credential || !credential.IsValidAt(_reader.Now))
            return null;
        // Without the database nobody knows whether it was deleted on another node: it opens what it can for as long as it was seen lately.
        if (!_contact.IsLost)
            _seen[secret] = _contact.Begin();
        else if (!_seen.TryGetValue(secret, out var seen) || _contact.Since(seen) > Lately)
            RequireContact();
        return credential;
    }

    public async Task<CredentialState?> CredentialAsync(CredentialId id) =>
        await _reader.LookAsync(db => db.Credentials.SingleOrDefaultAsync(c => c.Id == id)) is { } credential && credential.IsValidAt(_reader.Now) ? credential : null;

    public PersonState? Person(PersonId id) => _people.Values.FirstOrDefault(p => p.Id == id);

    public PersonState? Person(long sequence) => _people.GetValueOrDefault(sequence);

    public PersonState? PersonByEmail(string email)
    {
        var key = Email.Key(email);
        return _people.Values.FirstOrDefault(p => p.EmailKey == key);
    }

    public IReadOnlyCollection<PersonState> People => [.. _people.Values.OrderBy(p => p.Sequence)];

    public SessionState Now(SessionState session) => session.At(_stops.Values.Where(s => !s.Settled).Concat(_holds.Keys), _reader.Now);

    /// <summary>Refuses what a stop covers from now on, before it is in the ledger.</summary>
    public void Hold(StopState stop) => _holds[stop] = true;

    /// <summary>The stop is in the ledger, or was refused.</summary>
    public void Release(StopState stop) => _holds.TryRemove(stop, out _);

    public void Dispose() => _feed.Committed -= Follow;

    private async Task<AgentState?> AgentAsync(SessionState session)
    {
        if (_agents.TryGetValue(session.AgentSequence, out var agent))
            return agent;
        RequireContact();
        var position = _feed.Position;
        agent = await _reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Sequence == session.AgentSequence));
        if (agent is not null && _feed.Position == position)
        {
            if (_agents.Count > Most)
                _agents.Clear();
            _agents.TryAdd(agent.Sequence, agent);
        }

        return agent;
    }

    /// <summary>Whoever is not known does not wait for a database that does not answer.</summary>
    private void RequireContact()
    {
        if (_contact.IsLost)
            throw new LedgerUnavailableException("The database can't be reached; nothing was done.");
    }

    private SessionState Noted(SessionState session)
    {
        _tokens.TryAdd(session.Id, session.TokenHash);
        return session;
    }

    private async Task<T?> FindAsync<T>(ConcurrentDictionary<SecretHash, T> known, SecretHash key, Func<Data.Storage.LedgerContext, Task<T?>> read) where T : class
    {
        if (known.TryGetValue(key, out var row))
            return row;
        RequireContact();
        var position = _feed.Position;
        row = await _reader.LookAsync(read);
        // What was read while something was committed may be old by now: use it, and do not keep it.
        if (row is not null && _feed.Position == position)
        {
            if (known.Count > Most)
                known.Clear();
            known.TryAdd(key, row);
        }

        return row;
    }

    private void Follow(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        foreach (var (row, _) in rows)
        {
            switch (row)
            {
                case SessionState session:
                    _sessions[session.TokenHash] = Noted(session);
                    break;
                case AgentState agent when _agents.ContainsKey(agent.Sequence):
                    _agents[agent.Sequence] = agent;
                    break;
                case CredentialState credential:
                    _credentials[credential.Hash] = credential;
                    break;
                case PersonState person:
                    _people[person.Sequence] = person;
                    PersonChanged?.Invoke(person);
                    break;
                case StopState stop:
                    if (stop.Settled)
                        _stops.TryRemove(stop.Sequence, out var _);
                    else
                        _stops.TryAdd(stop.Sequence, stop);
                    // One that was settled before it was heard of here is news as well: what is open here has to go.
                    if (stop.Sequence > _since && _heard.TryAdd(stop.Sequence, true))
                        Stopped?.Invoke(stop);
                    break;
            }
        }
    }
}
