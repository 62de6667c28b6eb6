using AgentApprovals.Actions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Live;

/// <summary>An entry as followers are told of it: the action without its payload.</summary>
public sealed record ChangedDocument(long Sequence, Moment At, string Kind, ActionId? ActionId, SessionId? SessionId, AgentId? AgentId, ActionDocument? Action);

/// <summary>What a person's client can be told.</summary>
public interface ILiveClient
{
    Task Changed(ChangedDocument entry);
}

/// <summary>Follows the ledger for people, in order and without leaving out anything that the person may see.</summary>
[Authorize(SecuritySetup.People)]
public sealed class LiveHub(LiveFollowers followers) : Hub<ILiveClient>
{
    /// <summary>From <paramref name="afterSequence"/> on, or from now; more than 10,000 behind: the error <c>resync</c>.</summary>
    public Task Subscribe(long? afterSequence) => followers.Start(Context, Clients.Caller, afterSequence);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        followers.Stop(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}

/// <summary>One task a connection, each at its own pace; a person who was deactivated, or whose token was deleted, is cut off.</summary>
public sealed class LiveFollowers(Feed feed, Sighting sighting, Roster roster, ActionDocuments documents) : IDisposable
{
    private const long MostBehind = 10_000;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, CancellationTokenSource> _followers = new();

    public Task Start(HubCallerContext context, ILiveClient client, long? after)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Actors.ActorOf(context.User!) is not PersonActor who)
            throw new HubException("forbidden");
        var from = after ?? feed.Position;
        if (feed.Position - from > MostBehind || from < 0)
            throw new HubException("resync");
        var stop = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionAborted);
        if (_followers.TryRemove(context.ConnectionId, out var earlier))
            earlier.Cancel();
        _followers[context.ConnectionId] = stop;
        _ = FollowAsync(context, who, client, from, stop.Token);
        return Task.CompletedTask;
    }

    public void Stop(string connection)
    {
        if (_followers.TryRemove(connection, out var stop))
            stop.Cancel();
    }

    public void Dispose()
    {
        foreach (var stop in _followers.Values)
            stop.Cancel();
    }

    private async Task FollowAsync(HubCallerContext context, PersonActor who, ILiveClient client, long from, CancellationToken cancel)
    {
        try
        {
            await foreach (var entry in feed.FollowAsync(from, cancel))
            {
                if (roster.Person(who.Person) is not { Active: true } person || await sighting.TokenIsGoneAsync(who))
                {
                    context.Abort();
                    return;
                }

                if (!await sighting.MaySeeAsync(person, entry))
                    continue;
                var action = entry.Subject.Action is { } id && await sighting.ActionAsync(id) is { } view ? await documents.OfAsync(view, forAgent: false) : null;
                await client.Changed(new(entry.Sequence, entry.At, entry.Kind, entry.Subject.Action, entry.Subject.Session, entry.Subject.Agent,
                    action is null ? null : action with { Payload = null }));
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is gone.
        }
    }
}

/// <summary>Who may be told of an entry: about an action, session, agent or stop A M R U, and O for their own; all other kinds A U.</summary>
public sealed class Sighting(Reader reader, Roster roster)
{
    private static readonly string[] OfAgents = ["action.", "session.", "agent.", "stop.", "everything."];

    public Task<ActionView?> ActionAsync(ActionId id) => reader.ActionAsync(id);

    public async Task<bool> MaySeeAsync(PersonState person, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(entry);
        if (!OfAgents.Any(k => entry.Kind.StartsWith(k, StringComparison.Ordinal)))
            return person.Has(Roles.Administrator | Roles.Auditor);
        if (person.Has(Caller.Seers))
            return true;
        if (entry.Subject.Action is { } action)
            return await reader.ActionAsync(action) is { } a && person.MaySee(a.Action, a.Session, a.Agent);
        return entry.Subject.Session is { } session && await reader.SessionAsync(session) is { } s && person.MaySee(s.Session, s.Agent);
    }

    /// <summary>Whether the token that somebody came with opens nothing any more.</summary>
    public async Task<bool> TokenIsGoneAsync(PersonActor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        return who.Token is { } token && await roster.CredentialAsync(token) is null;
    }
}
