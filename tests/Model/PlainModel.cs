namespace AgentApprovals.Model;

/// <summary>
/// The contract and the invariants said again as plainly as can be: lists, loops and clocks of its own, nothing of the
/// product's rules. What is due is done at once, in order of time, as time passes; nothing is left to be found out later.
/// </summary>
public sealed partial class PlainModel(IReadOnlyList<PlainRule>[] policies, Func<int, bool> isRisky) : ISubject
{
    private sealed class Run
    {
        public required string OnBehalfOf;
        public required long StartedAt;
        public required long ExpiresAt;
        public string State = "active";
        public long? EndedAt;
        public bool Compacted;
        public int Repeats;
    }

    private sealed class Ask
    {
        public required int Session;
        public required string Type;
        public required int Resource;
        public required int Submitted;
        public required int Payload;
        public string? DirectedBy;
        public string Directed = "none";
        public required PlainRule Rule;
        public required int Policy;
        public required long SubmittedAt;
        public required long ConfirmationEndsAt;
        public required long ExpiresAt;
        public string Status = "pending";
        public long? ReleaseAt;
        public long? PermitExpiresAt;
        public long? ExecuteUntil;
        public long? EndedAt;
        public string? Denial;
        public int? DeniedBy;
        public string? Outcome;
        public bool Edited;
        public int Extended;
        public int ExtendedSeconds;
        public int Said;
        public bool AgentSpokeLast;
        public bool Redeemed;
        public int? RedeemKey;
        public string? Key;
        public int? Burst;
        public List<(int Person, string[] Roles, string? Group)> Approvals = [];

        public bool Waits => Status is "pending" or "approved" or "released";

        public long? Due => Status switch
        {
            "pending" => ExpiresAt,
            "approved" => ReleaseAt,
            "released" => PermitExpiresAt,
            "executing" => ExecuteUntil,
            _ => null,
        };
    }

    private sealed class Flood
    {
        public required string Type;
        public required int Seconds;
        public int? DeniedBy;
    }

    private readonly List<Flood> _bursts = [];
    private readonly List<Run> _sessions = [];
    private readonly List<Ask> _actions = [];
    private readonly List<(string What, long Until)> _denied = [];
    private readonly bool[] _inactive = new bool[Cast.People.Count];
    private readonly bool[] _demoted = new bool[Cast.People.Count];
    private bool _agentStopped;
    private bool _everythingStopped;
    private long? _stoppedForRepeats;
    private List<IReadOnlyList<PlainRule>> _versions = [[], policies[0]];
    private int _steps;

    public int Sessions => _sessions.Count;

    public int Actions => _actions.Count;

    public int Bursts => _bursts.Count;

    public long Now { get; private set; }

    public bool IsActive(int session) => _sessions[session].State == "active";

    public int SessionOf(int action) => _actions[action].Session;

    public string StatusOf(int action) => _actions[action].Status;

    public IReadOnlyList<int> ApproversOf(int action) => [.. _actions[action].Approvals.Select(a => a.Person)];

    public long? DueOf(int action) => _actions[action].Due;

    public void Pass(long milliseconds)
    {
        RunClocks(Now + milliseconds);
        Now += milliseconds;
    }

    public void Sweep()
    {
    }

    public IEnumerable<string> View()
    {
        yield return $"agent stopped {_agentStopped}, everything {_everythingStopped}";
        for (var i = 0; i < _sessions.Count; i++)
            yield return $"session {i} {_sessions[i].State} for {_sessions[i].OnBehalfOf} until {_sessions[i].ExpiresAt} ended {_sessions[i].EndedAt} compacted {_sessions[i].Compacted}";
        for (var i = 0; i < _actions.Count; i++)
            yield return $"action {i} {Show(_actions[i])}";
        for (var i = 0; i < _bursts.Count; i++)
        {
            var members = MembersOf(i);
            yield return $"burst {i} {members.Count} x {_bursts[i].Type} from {members[0].SubmittedAt} to {members[^1].SubmittedAt} open {IsOpen(i)} denied {_bursts[i].DeniedBy}";
        }
    }

    /// <summary>Does everything that falls due up to an instant: the earliest first, at the same one an action's own clock before the session's.</summary>
    private void RunClocks(long until)
    {
        while (true)
        {
            Ask? action = null;
            Run? session = null;
            foreach (var a in _actions)
            {
                if (a.Due <= until && (action is null || a.Due < action.Due))
                    action = a;
            }

            foreach (var s in _sessions)
            {
                if (s.State == "active" && s.ExpiresAt <= until && (session is null || s.ExpiresAt < session.ExpiresAt))
                    session = s;
            }

            if (action is null && session is null)
                return;
            if (session is null || (action is not null && action.Due <= session.ExpiresAt))
                Fall(action!, action!.Due!.Value);
            else
                Close(session, "expired", session.ExpiresAt);
        }
    }

    private static void Fall(Ask action, long at)
    {
        if (action.Status == "approved")
            action.Status = "released";
        else if (action.Status == "executing")
            Finish(action, "failed", at, "unknown");
        else
            Finish(action, "expired", at);
    }

    private static void Finish(Ask action, string status, long at, string? outcome = null)
    {
        action.Status = status;
        action.EndedAt = at;
        action.Outcome = outcome;
    }

    /// <summary>The end of a session, and what it does to the session's actions.</summary>
    private void Close(Run session, string how, long at)
    {
        session.State = how;
        session.EndedAt = at;
        foreach (var action in _actions.Where(a => _sessions[a.Session] == session))
        {
            if (action.Waits)
                Finish(action, how == "stopped" ? "stopped" : "cancelled", at);
            else if (action.Status == "executing")
                Finish(action, how == "stopped" ? "stopped" : "failed", at, "unknown");
        }
    }

    private static string Show(Ask a)
    {
        var requires = string.Join(" | ", a.Rule.Requires.Select(parts => string.Join(" + ", parts.Select(p => $"{p.Count} {p.From}").Order())).Distinct().Order());
        var open = a.Status is "pending" or "approved" or "released"
            ? $"release {a.ReleaseAt} permit {a.PermitExpiresAt} window {a.ConfirmationEndsAt} expires {a.ExpiresAt} {a.Rule.Mode} of '{a.Rule.Name}' needs {requires} second {a.Rule.SecondPerson}"
            : $"ended {a.EndedAt} until {(a.Status == "executing" ? a.ExecuteUntil : null)}";
        return $"{a.Status} payload {a.Payload} policy {a.Policy} directed {a.Directed} edited {a.Edited} extended {a.Extended} said {a.Said} {a.AgentSpokeLast} approved by {string.Join(",", a.Approvals.Select(p => p.Person))} denied {a.Denial} {a.DeniedBy} outcome {a.Outcome} burst {a.Burst} {open}";
    }
}
