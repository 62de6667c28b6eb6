namespace AgentApprovals.Model;

public sealed partial class PlainModel
{
    public string Extend(int person, int action, int seconds)
    {
        var a = _actions[action];
        if (Untended(person, a) is { } refused)
            return refused;
        if (a.Status != "pending")
            return Moved(a);
        var longer = a.ExpiresAt + (seconds * 1000L);
        if (a.Extended == 3 || longer > a.SubmittedAt + (a.Rule.Expires * 2000L))
            return "limit_reached";
        a.ExpiresAt = longer;
        a.Extended++;
        a.ExtendedSeconds += seconds;
        return "ok";
    }

    /// <summary>Looking changes nothing.</summary>
    public string Look(int person, int action) => Unseen(person, _actions[action]) ?? "ok";

    public string Say(int session, int? person, int action) => person is { } who
        ? Untended(who, _actions[action]) ?? Said(_actions[action], byAgent: false)
        : Own(session, action, a => Said(a, byAgent: true));

    private static string Said(Ask a, bool byAgent)
    {
        if (!a.Waits && a.Status != "executing")
            return Moved(a);
        a.Said++;
        a.AgentSpokeLast = byAgent;
        return "ok";
    }

    private static string Moved(Ask a) => a.Status switch { "expired" => "action_expired", "stopped" => "action_stopped", _ => "not_pending" };

    private string? Untended(int person, Ask a) => Unseen(person, a)
        ?? (RolesOf(person).Any(r => r is "Reviewer" or "Manager") || a.Rule.Requires.Any(parts => parts.Any(p => Fits(RolesOf(person), Cast.People[person].Group, p))) ? null : "forbidden");
}
