using System.Collections.Concurrent;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>
/// Which agents ask for more than their limits let in, as far as this node has refused them: for the mark on the screens. Refusals
/// over a limit leave no entry, for a flood must not fill the ledger either.
/// </summary>
public sealed class Floods(Reader reader)
{
    /// <summary>From so many refusals in a minute on, an agent that floods waits for each answer, so that what it can spend of this machine is little.</summary>
    private const int HeldFrom = 100;
    private const int MostHeld = 256;
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<long, Tally> _refused = new();
    private int _held;

    /// <summary>An agent began to flood.</summary>
    public event Action? Changed;

    /// <summary>What was refused of an agent in the last minute; 0: it keeps within its limits.</summary>
    public long RefusedInLastMinute(long agentSequence)
    {
        if (!_refused.TryGetValue(agentSequence, out var tally))
            return 0;
        lock (tally)
            return tally.Count(reader.Now);
    }

    /// <summary>Counts what a submission's endpoint refuses with 429.</summary>
    public static async ValueTask<object?> WatchAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var answer = await next(context);
        if (answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status429TooManyRequests }
            && Actors.ActorOf(context.HttpContext.User) is SessionActor { AgentSequence: { } agent })
        {
            await context.HttpContext.RequestServices.GetRequiredService<Floods>().NoteAsync(agent, context.HttpContext.RequestAborted);
        }

        return answer;
    }

    private async Task NoteAsync(long agentSequence, CancellationToken cancel)
    {
        var tally = _refused.GetOrAdd(agentSequence, _ => new(60));
        long before;
        lock (tally)
        {
            before = tally.Count(reader.Now);
            tally.Add(reader.Now);
        }

        if (before == 0)
            Changed?.Invoke();
        if (before < HeldFrom)
            return;
        try
        {
            // Not by ledger time, which a test or a jump may move: it is this machine that is spared.
            if (Interlocked.Increment(ref _held) <= MostHeld)
                await Task.Delay(Hold, cancel);
        }
        catch (OperationCanceledException)
        {
            // Whoever waited for the answer has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }
}
