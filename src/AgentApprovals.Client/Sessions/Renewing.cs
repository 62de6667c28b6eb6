namespace AgentApprovals.Client;

/// <summary>Renews a session at half of what is left of it, reckoned from the console's own times, so that it does not matter what this machine's clock says, and one failed attempt costs nothing.</summary>
internal sealed class Renewing(AgentApprovalsClient client, string agentKey, SessionDocument opened) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;

    /// <summary>What each renewal answered, or the refusal after which there is none.</summary>
    public void Begin(Action<SessionDocument> renewed, Action<AgentApprovalsException> refused) => _running = RunAsync(renewed, refused);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task RunAsync(Action<SessionDocument> renewed, Action<AgentApprovalsException> refused)
    {
        var (session, left) = (opened, opened.ExpiresAt - opened.StartedAt);
        while (true)
        {
            var pause = left / 2 > TimeSpan.FromSeconds(1) ? left / 2 : TimeSpan.FromSeconds(1);
            var began = client.Time.GetTimestamp();
            await Task.Delay(pause, client.Time, _end.Token);
            left -= client.Time.GetElapsedTime(began);
            try
            {
                var answer = await client.RenewSessionAsync(agentKey, session.Id, _end.Token);
                renewed(answer);
                // As long as a session may last at all: it ends by itself.
                if (answer.ExpiresAt <= session.ExpiresAt)
                    return;
                left += answer.ExpiresAt - session.ExpiresAt;
                session = answer;
            }
            catch (AgentApprovalsException e) when (e.IsTransient)
            {
                // Once more, at half of what is left now.
            }
            catch (AgentApprovalsException e)
            {
                refused(e);
                return;
            }
        }
    }
}
