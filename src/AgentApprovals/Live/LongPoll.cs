using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Live;

/// <summary>
/// Holds an agent's request until its action is decided and its window has run: woken by the ledger's feed and by the action's own
/// next instant, so it answers on time even where nobody writes down what is due.
/// </summary>
public sealed class LongPoll(Feed feed, Reader reader, Connections connections, TimeProvider time)
{
    /// <summary>Why the wait was cut short; null where the action, or the time, is ripe.</summary>
    public async Task<Refusal?> WaitAsync(SessionId session, ActionId action, TimeSpan atMost, CancellationToken cancel)
    {
        using var connection = connections.Open(session, ConnectionKind.LongPoll);
        using var deadline = new CancellationTokenSource(atMost, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token, connection.Cut);
        try
        {
            while (true)
            {
                var moved = feed.WaitForAsync(action, session);
                var view = await reader.ActionAsync(action);
                if (view is null || view.Session.Status == SessionStatus.Stopped)
                    return Refusals.SessionStopped;
                if (view.Action.Status is not (ActionStatus.Pending or ActionStatus.Approved))
                    return null;
                await Task.WhenAny(moved, UntilDueAsync(view, any.Token));
                any.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (connection.Cut.IsCancellationRequested)
        {
            return Refusals.SessionStopped;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task UntilDueAsync(ActionView view, CancellationToken cancel)
    {
        var due = view.Session.ExpiresAt;
        if (view.Action.DueAt is { } own && own < due)
            due = own;
        var left = due - reader.Now;
        return Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), time, cancel);
    }
}
