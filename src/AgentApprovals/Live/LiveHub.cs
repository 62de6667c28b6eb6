using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
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
    public override async Task OnConnectedAsync()
    {
        await followers.EnterAsync(Context);
        await base.OnConnectedAsync();
    }

    /// <summary>From <paramref name="afterSequence"/> on, or from now; more than 10,000 behind: the error <c>resync</c>.</summary>
    public Task Subscribe(long? afterSequence) => followers.FollowAsync(Context, Clients.Caller, afterSequence);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        followers.Leave(Context);
        return base.OnDisconnectedAsync(exception);
    }
}
