using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;

namespace AgentApprovals.Live;

/// <summary>
/// The connections over which people follow the ledger. Whoever is deactivated, or loses the token they came with, is cut off by
/// that very entry, whether or not anything else happens.
/// </summary>
public sealed class Audience : IDisposable
{
    private readonly ConcurrentDictionary<Seat, bool> _seats = new();
    private readonly Feed _feed;
    private readonly Sighting _sighting;
    private readonly Stamps _stamps;

    public Audience(Feed feed, Sighting sighting, Stamps stamps)
    {
        (_feed, _sighting, _stamps) = (feed, sighting, stamps);
        feed.Committed += CutOff;
        stamps.Changed += CutOff;
    }

    /// <summary>Takes a connection in; one whose person or token is gone meanwhile is cut at once. Dispose of the seat when it ends.</summary>
    public async Task<IDisposable> EnterAsync(PersonActor who, Action cut)
    {
        var seat = new Seat(this, who, cut);
        _seats[seat] = true;
        try
        {
            // Looked at after it stood in the list: what is taken away from now on is heard.
            if (!await _sighting.IsStillInAsync(who))
                cut();
            return seat;
        }
        catch
        {
            seat.Dispose();
            throw;
        }
    }

    public int CountOf(PersonActor who) => _seats.Keys.Count(s => s.Who.Person == who.Person);

    public void Dispose()
    {
        _feed.Committed -= CutOff;
        _stamps.Changed -= CutOff;
    }

    /// <summary>A new password: whoever came by cookie comes again.</summary>
    private void CutOff(PersonState person)
    {
        foreach (var seat in _seats.Keys.Where(s => s.Who.Person == person.Id && s.Who.Token is null))
            seat.Cut();
    }

    /// <summary>In the writer's thread, before the entry is told: nobody is told of anything after it.</summary>
    private void CutOff(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        foreach (var (row, _) in rows)
        {
            Func<PersonActor, bool>? isGone = row switch
            {
                PersonState { Active: false } person => who => who.Person == person.Id,
                CredentialState { Kind: CredentialKind.PersonToken, EndsAt: not null } token => who => who.Token == token.Id,
                _ => null,
            };
            if (isGone is null)
                continue;
            foreach (var seat in _seats.Keys.Where(s => isGone(s.Who)))
                seat.Cut();
        }
    }

    private sealed class Seat(Audience audience, PersonActor who, Action cut) : IDisposable
    {
        public PersonActor Who { get; } = who;

        public void Cut() => cut();

        public void Dispose() => audience._seats.TryRemove(this, out _);
    }
}
