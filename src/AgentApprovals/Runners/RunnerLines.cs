using System.Collections.Concurrent;
using System.Diagnostics;
using AgentApprovals.Client.Runner;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.AspNetCore.SignalR;

namespace AgentApprovals.Runners;

/// <summary>A runner that was told to kill, and its answer: null where it gave none.</summary>
public sealed record RunnerOrder(SessionState Session, Task<CageEnd?> Answer);

/// <summary>
/// The runners that are connected to this node, one connection for each session: who takes a place, and what they are told. What follows
/// when none is there is the lease's business.
/// </summary>
public sealed partial class RunnerLines(IHubContext<SupervisionHub> hub, TimeProvider time, ILogger<RunnerLines> log)
{
    /// <summary>How long an answer is waited for: a process in uninterruptible sleep may take its time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<long, RunnerLine> _lines = new();
    private readonly ConcurrentDictionary<string, RunnerLine> _connections = new();

    /// <summary>Whether one may connect: nobody is there, or whoever is was not heard for a third of the lease and a second.</summary>
    public bool IsFree(SessionState session) => !_lines.TryGetValue(session.Sequence, out var line) || IsQuiet(line);

    /// <summary>False where the place is taken.</summary>
    public bool Enter(SessionState session, string connection, Action abort)
    {
        var line = new RunnerLine(session, connection, abort, time.GetTimestamp());
        while (true)
        {
            if (_lines.TryAdd(session.Sequence, line))
                break;
            if (!_lines.TryGetValue(session.Sequence, out var first))
                continue;
            if (!IsQuiet(first))
                return false;
            first.IsDisplaced = true;
            if (_lines.TryUpdate(session.Sequence, line, first))
                break;
        }

        _connections[connection] = line;
        return true;
    }

    public void Leave(string connection)
    {
        if (_connections.TryRemove(connection, out var line))
            _lines.TryRemove(KeyValuePair.Create(line.Session.Sequence, line));
    }

    public RunnerLine? Of(string connection) => _connections.GetValueOrDefault(connection);

    /// <summary>The runner of a session, where it is connected here and was heard within its lease.</summary>
    public RunnerLine? Connected(SessionState session) =>
        _lines.TryGetValue(session.Sequence, out var line) && time.GetElapsedTime(line.Heard).TotalSeconds < session.Runner!.LeaseSeconds ? line : null;

    public void Heard(RunnerLine line) => line.Heard = time.GetTimestamp();

    /// <summary>Tells every runner that the stop covers to kill, at once; answers come as they come.</summary>
    public IReadOnlyList<RunnerOrder> Stop(StopState stop, long began) =>
        [.. _lines.Values.Where(l => stop.Covers(l.Session)).Select(l => Stop(l, began))];

    /// <summary>Tells the runner of a session that is over already.</summary>
    public RunnerOrder Stop(RunnerLine line, long began) => new(line.Session, line.StopAsync(async l =>
        await TellAsync(l, RunnerHub.Stop, Patience) is { } report ? Reports.Read(report, "stop", (long)Math.Ceiling(Stopwatch.GetElapsedTime(began).TotalMilliseconds)) : null));

    /// <summary>The runner's answer; null where none came in time.</summary>
    public async Task<CageReport?> TellAsync(RunnerLine line, string order, TimeSpan patience)
    {
        try
        {
            using var limit = new CancellationTokenSource(patience);
            return await hub.Clients.Client(line.Connection).InvokeAsync<CageReport>(order, limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever went wrong with it: it was not confirmed, and the lease takes over.
            Log.NotConfirmed(log, order, line.Session.Id.Value, e);
            return null;
        }
    }

    private bool IsQuiet(RunnerLine line) => time.GetElapsedTime(line.Heard).TotalSeconds > (line.Session.Runner!.LeaseSeconds / 3.0) + 1;

    private static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Warning, "The runner of session {Session} did not confirm {Order}")]
        public static partial void NotConfirmed(ILogger logger, string order, Guid session, Exception exception);
    }
}
