using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Runners;

/// <summary>
/// What a receipt says of the layers that runners take away, from what each of them has proved. Several sessions are summed up, and confirmed
/// only when all are; a process that nothing holds is never confirmed as killed.
/// </summary>
public static class RunnerLayers
{
    /// <param name="sessions">Those that the stop cut off, as they are in the ledger.</param>
    public static IReadOnlyList<StopLayer> Of(StopState stop, IReadOnlyCollection<SessionState> sessions, Moment now)
    {
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(sessions);
        var held = sessions.Where(s => s.Runner is not null).Select(s => s.Runner!).ToList();
        return [Process(stop, sessions.Count, held), Network(stop, held), Lease(stop, held, now)];
    }

    /// <summary>When the lease of a runner that does not answer has run out for the second time, by any clock: none is renewed after the stop.</summary>
    public static Moment OverAt(StopState stop, RunnerState runner)
    {
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(runner);
        // Who stopped it because two leases had passed has waited already.
        return stop.By is { Kind: "system", Name: "lease" } ? stop.At
            : runner.LostAt is { } lost && lost < stop.At ? lost.PlusSeconds(runner.LeaseSeconds) : stop.At.PlusSeconds(2L * runner.LeaseSeconds);
    }

    private static StopLayer Process(StopState stop, int sessions, List<RunnerState> runners)
    {
        var unheld = sessions - runners.Count;
        if (runners.Count == 0)
        {
            return new(StopLayers.Process, LayerState.Absent, null, unheld switch
            {
                0 => "no session was open",
                1 => "no runner: stop cannot reach its process",
                _ => $"no runner in {unheld} sessions: stop cannot reach their processes",
            });
        }

        var answered = runners.Where(r => r.End is not null).ToList();
        var silent = runners.Where(r => r.End is null).ToList();
        var parts = new List<string>();
        if (answered.Count > 0)
        {
            var known = answered.Where(r => r.Holds && r.End!.Left is not null).ToList();
            var left = known.Sum(r => r.End!.Left!.Value);
            parts.Add($"{Number(answered.Sum(r => r.End!.Count), "process", "processes")} killed on {Hosts(answered)}, "
                + $"{(known.Count == answered.Count ? $"{left} left" : known.Count == 0 ? "not proved" : $"{left} left where it is known")} ({Mechanisms(answered)})");
        }

        if (silent.Count > 0)
            parts.Add(silent.Count == 1 ? $"{silent[0].Host} has not answered yet" : $"{silent.Count} of {runners.Count} runners have not answered yet");
        if (unheld > 0)
            parts.Add($"{Number(unheld, "session", "sessions")} without a runner: stop cannot reach {(unheld == 1 ? "its process" : "their processes")}");
        var detail = string.Join("; ", parts);
        return silent.Count > 0 ? new(StopLayers.Process, LayerState.Waiting, null, detail)
            : unheld == 0 && runners.All(r => r.IsDead) ? new(StopLayers.Process, LayerState.Confirmed, After(stop, answered), detail)
            : new(StopLayers.Process, LayerState.Failed, null, detail);
    }

    /// <summary>Only of those whose runner isolates them: the others never had this layer, and the detail says so.</summary>
    private static StopLayer Network(StopState stop, List<RunnerState> runners)
    {
        var isolated = runners.Where(r => r.Isolated).ToList();
        if (isolated.Count == 0)
            return new(StopLayers.Network, LayerState.Absent, null, "no isolation was set up");
        var others = runners.Count == isolated.Count ? "" : $"; {Number(runners.Count - isolated.Count, "session", "sessions")} without isolation";
        if (isolated.Where(r => r.End is null).ToList() is { Count: > 0 } silent)
            return new(StopLayers.Network, LayerState.Waiting, null, $"{Hosts(silent)} {(silent.Count == 1 ? "has" : "have")} not confirmed it yet{others}");
        var open = isolated.Count(r => r.End!.NetworkCut != true);
        return open > 0
            ? new(StopLayers.Network, LayerState.Failed, null, $"{open} of {isolated.Count} not confirmed as closed{others}")
            : new(StopLayers.Network, LayerState.Confirmed, After(stop, isolated), $"the only way out closed on {Hosts(isolated)}{others}");
    }

    private static StopLayer Lease(StopState stop, List<RunnerState> runners, Moment now)
    {
        // Where nothing holds a process, its runner's own clock proves no more than its answer does.
        var bound = runners.Where(r => r.Holds).ToList();
        if (bound.Count == 0)
            return new(StopLayers.Lease, LayerState.Absent, null, runners.Count == 0 ? "no runner" : "nothing holds the process");
        if (bound.Where(r => r.End is null).ToList() is { Count: > 0 } silent)
        {
            var over = new Moment(silent.Max(r => OverAt(stop, r).Milliseconds));
            return now < over
                ? new(StopLayers.Lease, LayerState.Waiting, null, $"{Hosts(silent)} {(silent.Count == 1 ? "kills its process" : "kill their processes")} without an order at {over} at the latest")
                : new(StopLayers.Lease, LayerState.Confirmed, Math.Max(0, over.Milliseconds - stop.At.Milliseconds), $"run out on {Hosts(silent)}: by its own clock the runner has killed what it held");
        }

        return bound.Where(r => r.End!.Cause == "lease").ToList() is { Count: > 0 } own
            ? new(StopLayers.Lease, LayerState.Confirmed, After(stop, own), $"{Hosts(own)} killed {Number(own.Sum(r => r.End!.Count), "process", "processes")} by {(own.Count == 1 ? "its" : "their")} own clock")
            : new(StopLayers.Lease, LayerState.Absent, null, "not needed: the runner answered");
    }

    private static long After(StopState stop, List<RunnerState> runners) =>
        runners.Max(r => r.End!.AfterMs ?? Math.Max(0, r.End.At.Milliseconds - stop.At.Milliseconds));

    private static string Hosts(List<RunnerState> runners) =>
        runners.Select(r => r.Host).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : $"{runners.Select(r => r.Host).Distinct(StringComparer.Ordinal).Count()} hosts";

    private static string Mechanisms(List<RunnerState> runners) =>
        string.Join(", ", runners.Select(r => r.Mechanism).Distinct().Order().Select(m => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(m.ToString())));

    private static string Number(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
