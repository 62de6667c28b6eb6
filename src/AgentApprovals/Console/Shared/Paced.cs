namespace AgentApprovals.Console.Shared;

/// <summary>Looks again when something changed, as often as a page can keep up with: what comes meanwhile is seen by the next look.</summary>
public sealed class Paced(TimeSpan pace, Func<Task> look)
{
    private int _isAsked;

    public void Ask()
    {
        if (Interlocked.Exchange(ref _isAsked, 1) == 0)
            _ = LookAsync();
    }

    private async Task LookAsync()
    {
        await Task.Delay(pace);
        Volatile.Write(ref _isAsked, 0);
        try
        {
            await look();
        }
        catch (ObjectDisposedException)
        {
            // The page went meanwhile.
        }
    }
}
