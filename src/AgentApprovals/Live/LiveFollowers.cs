using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Live;

/// <summary>The hub's connections of people, each followed by a task at its own pace.</summary>
public sealed partial class LiveFollowers(Feed feed, Audience audience, Sighting sighting, Tellings tellings, ILogger<LiveFollowers> log) : IDisposable
{
    private const long MostBehind = 10_000;
    private readonly ConcurrentDictionary<string, Follower> _followers = new();

    public async Task EnterAsync(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Actors.ActorOf(context.User!) is not PersonActor who)
            throw new HubException("forbidden");
        var follower = new Follower(context, who);
        follower.Seat = await audience.EnterAsync(who, follower.CutOff);
        _followers[context.ConnectionId] = follower;
    }

    public void Leave(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!_followers.TryRemove(context.ConnectionId, out var follower))
            return;
        follower.Stop();
        follower.Seat?.Dispose();
    }

    /// <summary>Tells the client of each entry after a sequence (null: from now). Subscribing again begins anew, once the earlier telling has ended.</summary>
    public async Task FollowAsync(HubCallerContext context, ILiveClient client, long? after)
    {
        ArgumentNullException.ThrowIfNull(context);
        var from = await feed.ResumeAsync(after, context.ConnectionAborted);
        if (from < 0 || feed.Position - from > MostBehind)
            throw new HubException("resync");
        if (_followers.TryGetValue(context.ConnectionId, out var follower))
            await follower.RestartAsync(cancel => TellAsync(follower, client, from, cancel));
    }

    public void Dispose()
    {
        foreach (var follower in _followers.Values)
            follower.Stop();
    }

    private async Task TellAsync(Follower follower, ILiveClient client, long from, CancellationToken cancel)
    {
        try
        {
            var person = await sighting.AsOfAsync(follower.Who.Person, from);
            await foreach (var entry in feed.FollowAsync(from, cancel))
            {
                person = Sighting.After(person, entry);
                if (await sighting.MaySeeAsync(person, entry))
                    await client.Changed(await tellings.OfAsync(entry));
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is gone, or subscribed anew.
        }
        catch (Exception e)
        {
            // A gap is worse than an end: the client comes back and resumes where it was.
            Log.FollowerBroke(log, e);
            follower.Context.Abort();
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

        public IDisposable? Seat { get; set; }

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
