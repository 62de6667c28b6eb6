using System.Data.Common;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Live;

/// <summary>
/// Holds an agent's request until its action is decided and its window has run: woken by the ledger's feed and by the action's own
/// next instant, so it answers on time even where nobody writes down what is due. A host that shuts down answers with what there is.
/// </summary>
public sealed class LongPoll(Feed feed, Reader reader, Connections connections, Contact contact, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>When it is looked at again where the database did not answer.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    /// <summary>The action once it is ripe, or as it is when the time is up; refused where its session was stopped meanwhile.</summary>
    public async Task<Result<ActionView>> WaitAsync(ActionView view, TimeSpan atMost, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(view);
        using var connection = connections.Open(view.Session, ConnectionKind.LongPoll);
        using var deadline = new CancellationTokenSource(atMost, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token, connection.Cut, lifetime.ApplicationStopping);
        using var watch = feed.Watch(view.Action.Id, view.Session.Id);
        try
        {
            while (true)
            {
                var moved = watch.NextAsync();
                // Looked at after the wait began and after the connection was there to be cut: nothing is missed between.
                var now = connection.CutBy is null ? await LookAsync(view, connection.Cut) : null;
                view = now ?? view;
                if (connection.CutBy == CutBy.Outage || contact.IsLost)
                    return Refusals.Unavailable;
                if (view.Session.Status == SessionStatus.Stopped || connection.Cut.IsCancellationRequested)
                    return Refusals.SessionStopped;
                if (view.Action.Status is not (ActionStatus.Pending or ActionStatus.Approved) || end.IsCancellationRequested)
                    return now is null ? Refusals.Unavailable : view;
                await WakeAsync(moved, now is null ? Again : DueIn(view), end.Token);
            }
        }
        finally
        {
            // Whatever still waits for an instant of this poll lets go of it.
            await end.CancelAsync();
        }
    }

    /// <summary>Null where the database did not answer, or whoever asks was cut off meanwhile: nobody waits for one that may never answer.</summary>
    private async Task<ActionView?> LookAsync(ActionView view, CancellationToken cut)
    {
        try
        {
            return await reader.ActionAsync(view.Action.Id).WaitAsync(cut) ?? view;
        }
        catch (Exception e) when (e is DbException or LedgerUnavailableException || cut.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Returns with the next entry about it, at its next own instant, or when the poll is to end.</summary>
    private async Task WakeAsync(Task moved, TimeSpan left, CancellationToken end)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(end);
        await Task.WhenAny(moved, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), time, woken.Token));
        await woken.CancelAsync();
    }

    private TimeSpan DueIn(ActionView view)
    {
        var due = view.Session.ExpiresAt;
        if (view.Action.DueAt is { } own && own < due)
            due = own;
        return due - reader.Now;
    }
}
