using System.Collections.Concurrent;

namespace AgentApprovals.Webhooks;

/// <summary>
/// One at a time for each endpoint. Whoever comes while another is at it leaves a note and goes: the other takes another
/// turn. So however many jobs there are for an endpoint, one works and none waits.
/// </summary>
internal sealed class EndpointGates
{
    private readonly ConcurrentDictionary<long, Gate> _gates = new();

    /// <summary>Does the work, at least once after this call was made, here or by whoever is at it.</summary>
    public async Task RunAsync(long endpoint, Func<Task> work, CancellationToken cancel)
    {
        var gate = _gates.GetOrAdd(endpoint, _ => new());
        gate.Again = true;
        while (gate.Again && !cancel.IsCancellationRequested && await gate.One.WaitAsync(0, cancel))
        {
            try
            {
                gate.Again = false;
                await work();
            }
            finally
            {
                gate.One.Release();
            }
        }
    }

    /// <summary>Does the work alone, after whatever is at it.</summary>
    public async Task<T> AloneAsync<T>(long endpoint, Func<Task<T>> work, CancellationToken cancel)
    {
        var gate = _gates.GetOrAdd(endpoint, _ => new());
        await gate.One.WaitAsync(cancel);
        try
        {
            return await work();
        }
        finally
        {
            gate.One.Release();
        }
    }

    private sealed class Gate
    {
        public volatile bool Again;

        public SemaphoreSlim One { get; } = new(1, 1);
    }
}
