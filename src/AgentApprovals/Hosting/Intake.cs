using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Live;
using AgentApprovals.Stops;

namespace AgentApprovals.Hosting;

/// <summary>
/// Whether this node lets agents in. Not while it has not reached the database for too long, for it may not know of a stop, and not while a
/// stop that is in force waits to be recorded. Judged on each request; what agents hold open is cut as well.
/// </summary>
public sealed class Intake : IDisposable
{
    private readonly Contact _contact;
    private readonly StopSpool _spool;
    private readonly FeedTail _tail;
    private readonly Connections _connections;

    public Intake(Contact contact, StopSpool spool, FeedTail tail, Connections connections)
    {
        ArgumentNullException.ThrowIfNull(tail);
        (_contact, _spool, _tail, _connections) = (contact, spool, tail, connections);
        tail.Changed += Cut;
    }

    /// <summary>Null while agents are let in.</summary>
    public string? ClosedBecause => _contact.IsLost ? $"The database was not reached for {Contact.Longest.TotalSeconds} s: agents are refused; stopping works."
        : _spool.IsEmpty ? null : "Stops wait to be recorded: agents are refused until they are.";

    public void Dispose() => _tail.Changed -= Cut;

    private void Cut(bool isLost)
    {
        if (isLost)
            _connections.CutOffAll();
    }
}

internal static class Intakes
{
    /// <summary>
    /// Everything but stopping is unavailable while the database is away, whoever asks: nobody waits for it to time out. Asked for with each
    /// request: before the database is known to be usable, nothing may open it.
    /// </summary>
    public static void UseIntake(this IApplicationBuilder app) =>
        app.Use(next => context => IsStopping(context.Request) || context.RequestServices.GetRequiredService<Intake>().ClosedBecause is not { } why
            ? next(context)
            : Problems.WriteAsync(context, Refusals.Unavailable with { Detail = why }));

    /// <summary>Orders of stops, and the receipt of one.</summary>
    private static bool IsStopping(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return HttpMethods.IsPost(request.Method)
            ? Is(path, "/api/v1/stop") || (path.EndsWith("/stop", StringComparison.OrdinalIgnoreCase) && (IsUnder(path, "/api/v1/sessions/") || IsUnder(path, "/api/v1/agents/")))
            : HttpMethods.IsGet(request.Method) && IsUnder(path, "/api/v1/stops/");
    }

    private static bool Is(string path, string one) => path.Equals(one, StringComparison.OrdinalIgnoreCase);

    private static bool IsUnder(string path, string folder) => path.StartsWith(folder, StringComparison.OrdinalIgnoreCase);
}
