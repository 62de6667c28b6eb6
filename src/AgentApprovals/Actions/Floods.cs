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
    private readonly ConcurrentDictionary<long, Tally> _refused = new();

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
            context.HttpContext.RequestServices.GetRequiredService<Floods>().Note(agent);
        }

        return answer;
    }

    private void Note(long agentSequence)
    {
        var tally = _refused.GetOrAdd(agentSequence, _ => new(60));
        bool isFirst;
        lock (tally)
        {
            isFirst = tally.Count(reader.Now) == 0;
            tally.Add(reader.Now);
        }

        if (isFirst)
            Changed?.Invoke();
    }
}
