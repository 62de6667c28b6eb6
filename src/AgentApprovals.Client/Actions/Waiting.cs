namespace AgentApprovals.Client;

public sealed partial class AgentSession
{
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private Task<ActionDocument> WaitAsync(Guid actionId, Talk talk, CancellationToken cancel) => PersistAsync(async () =>
    {
        while (true)
        {
            var began = _client.Time.GetTimestamp();
            var wait = talk.LongPoll(_client.Options.LongPoll);
            var action = await SendAsync<ActionDocument>(
                new(HttpMethod.Get, FormattableString.Invariant($"actions/{actionId}?wait={(int)wait.TotalSeconds}"), Token) { Wait = wait }, cancel);
            if (action.Status is not (ActionStatus.Pending or ActionStatus.Approved))
                return action;
            await talk.HearAsync(action, cancel);
            // A console that shuts down, or something between, answers at once with what there is.
            if (_client.Time.GetElapsedTime(began) < Breath)
                await Task.Delay(Breath, _client.Time, cancel);
        }
    }, cancel);

    /// <summary>Tries again for as long as the console is only gone or busy: what it says once it is back decides.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (AgentApprovalsException e) when (e.IsTransient && !cancel.IsCancellationRequested)
            {
                await Task.Delay(e.RetryAfter > Breath ? e.RetryAfter.Value : Breath, _client.Time, cancel);
            }
        }
    }
}
