using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Live;

/// <summary>
/// The connections of people, each followed by a task at its own pace. Whoever is deactivated, or loses the token they came with,
/// is cut off by that very entry, whether or not anything else happens.
/// </summary>
public sealed partial class LiveFollowers : IDisposable
{
    private const long MostBehind = 10_000;
    private readonly ConcurrentDictionary<string, Follower> _followers = new();
    private readonly Feed _feed;
    private readonly Sighting _sighting;
    private readonly Tellings _tellings;
    private readonly ILogger<LiveFollowers> _log;

    public LiveFollowers(Feed feed, Sighting sighting, Tellings tellings, ILogger<LiveFollowers> log)
    {
        (_feed, _sighting, _tellings, _log) = (feed, sighting, tellings, log);
        feed.Committed += CutOff;
    }

    /// <summary>Takes a connection in; one whose person or token is gone meanwhile is cut at once.</summary>
    public async Task EnterAsync(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Actors.ActorOf(context.User!) is not PersonActor who)
            throw new HubException("forbidden");
        _followers[context.ConnectionId] = new(context, who);
        // Looked at after it stood in the list: what is taken away from now on is heard.
        if (!await _sighting.IsStillInAsync(who))
            context.Abort();
    }

    public void Leave(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_followers.TryRemove(context.ConnectionId, out var follower))
            follower.Stop();
    }

    /// <summary>Tells the client of each entry after a sequence (null: from now). Subscribing again begins anew, once the earlier telling has ended.</summary>
    public async Task FollowAsync(HubCallerContext context, ILiveClient client, long? after)
    {
        ArgumentNullException.ThrowIfNull(context);
        var position = _feed.Position;
        var from = after ?? position;
        if (position - from > MostBehind || from < 0)
            throw new HubException("resync");
        if (_followers.TryGetValue(context.ConnectionId, out var follower))
            await follower.RestartAsync(cancel => TellAsync(follower, client, from, cancel));
    }

    public void Dispose()
    {
        _feed.Committed -= CutOff;
        foreach (var follower in _followers.Values)
            follower.Stop();
    }

    private async Task TellAsync(Follower follower, ILiveClient client, long from, CancellationToken cancel)
    {
        try
        {
            var person = await _sighting.AsOfAsync(follower.Who.Person, from);
            await foreach (var entry in _feed.FollowAsync(from, cancel))
            {
                person = Sighting.After(person, entry);
                if (await _sighting.MaySeeAsync(person, entry))
                    await client.Changed(await _tellings.OfAsync(entry));
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is gone, or subscribed anew.
        }
        catch (Exception e)
        {
            // A gap is worse than an end: the client comes back and resumes where it was.
            Log.FollowerBroke(_log, e);
            follower.Context.Abort();
        }
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
            foreach (var follower in _followers.Values.Where(f => isGone(f.Who)))
                follower.CutOff();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Warning, "A follower of the ledger broke; its connection is closed, so that it resumes")]
        public static partial void FollowerBroke(ILogger logger, Exception exception);
    }

    private sealed class Follower(HubCallerContext context, PersonActor who)
    {
        private CancellationTokenSource? _telling;
        private Task _told = Task.CompletedTask;

        public HubCallerContext Context { get; } = context;

        public PersonActor Who { get; } = who;

        public async Task RestartAsync(Func<CancellationToken, Task> tell)
        {
            Stop();
            await _told;
            _telling?.Dispose();
            _telling = CancellationTokenSource.CreateLinkedTokenSource(Context.ConnectionAborted);
            _told = tell(_telling.Token);
        }

        public void Stop() => _telling?.Cancel();

        public void CutOff()
        {
            Stop();
            Context.Abort();
        }
    }
}
