namespace AgentApprovals.Model;

public sealed partial class PlainModel
{
    public string Stop(int? session)
    {
        foreach (var s in _sessions.Where((s, i) => s.State == "active" && (session is null or -1 || session == i)))
            Close(s, "stopped", Now);
        _agentStopped |= session is null;
        _everythingStopped |= session == -1;
        return "ok";
    }

    public string Resume(bool everything)
    {
        if (everything)
            _everythingStopped = false;
        else
            _agentStopped = false;
        return "ok";
    }

    public string Withdraw(int session, int action) => Own(session, action, a =>
    {
        if (!a.Waits)
            return "not_pending";
        Finish(a, "cancelled", Now);
        return "ok";
    });

    public string Redeem(int session, int action, int? key) => Own(session, action, a =>
    {
        if (key is not null && a.RedeemKey == key)
            return "ok";
        if (a.Redeemed)
            return "already_redeemed";
        if (a.Status != "released")
            return a.Status == "expired" ? "action_expired" : "not_released";
        a.Status = "executing";
        a.Redeemed = true;
        a.RedeemKey = key;
        a.ExecuteUntil = Now + (a.Rule.Execute * 1000);
        RunClocks(Now);
        return "ok";
    });

    public string Result(int session, int action, bool succeeded) => Own(session, action, a =>
    {
        var outcome = succeeded ? "succeeded" : "failed";
        if (a.Status is "completed" or "failed" && a.Outcome == outcome)
            return "ok";
        if (a.Status != "executing")
            return "not_executing";
        Finish(a, succeeded ? "completed" : "failed", Now, outcome);
        return "ok";
    });

    public string Activate(int person, bool active)
    {
        var was = _inactive[person];
        _inactive[person] = !active;
        if (active || was)
            return "ok";
        foreach (var session in _sessions.Where(s => s.State == "active" && s.OnBehalfOf == Cast.People[person].Email))
            Close(session, "stopped", Now);
        foreach (var action in _actions.Where(a => a.Status is "pending" or "approved"))
        {
            action.Approvals.RemoveAll(p => p.Person == person);
            FallBack(action);
        }

        return "ok";
    }

    /// <summary>Takes the role Reviewer away, or gives it back; what was approved with it does not count any more.</summary>
    public string Demote(int person, bool back)
    {
        _demoted[person] = !back;
        if (back)
            return "ok";
        foreach (var action in _actions.Where(a => a.Status is "pending" or "approved"))
        {
            for (var i = action.Approvals.Count - 1; i >= 0; i--)
            {
                var (who, roles, group) = action.Approvals[i];
                if (who != person)
                    continue;
                roles = [.. roles.Intersect(RolesOf(person))];
                if (!_inactive[person] && action.Rule.Requires.Any(parts => parts.Any(p => Fits(roles, group, p))))
                    action.Approvals[i] = (who, roles, group);
                else
                    action.Approvals.RemoveAt(i);
            }

            FallBack(action);
        }

        return "ok";
    }

    public string PutPolicy(int policy)
    {
        _versions.Add(policies[policy % policies.Length]);
        return "ok";
    }

    private string? Refused(int session) => _sessions[session].State switch
    {
        "active" => null,
        "ended" => "session_ended",
        "expired" => "token_expired",
        _ => "session_stopped",
    };

    private string Entered(int session, Action<Run> then)
    {
        if (Refused(session) is { } refused)
            return refused;
        then(_sessions[session]);
        return "ok";
    }

    private string Own(int session, int action, Func<Ask, string> then) =>
        Refused(session) ?? (_actions[action].Session == session ? then(_actions[action]) : "not_found");

    private string? Unseen(int person, Ask a)
    {
        if (_inactive[person])
            return "unauthenticated";
        var roles = RolesOf(person);
        var sees = roles.Any(r => r is "Reviewer" or "Manager" or "Auditor") || Owns(person, a) || Named(person, a)
            || a.Rule.Requires.Any(parts => parts.Any(p => Fits(roles, Cast.People[person].Group, p)));
        return sees ? null : "not_found";
    }

    private string[] RolesOf(int person) => [.. Cast.People[person].Roles.Split(' ').Where(r => r.Length > 0 && !(_demoted[person] && r == "Reviewer"))];

    private bool Owns(int person, Ask a) => Cast.People[person].Name == "owner" || Cast.People[person].Email == _sessions[a.Session].OnBehalfOf;

    private static bool Named(int person, Ask a) => a.DirectedBy is not null && IsSomebody(a.DirectedBy) == person;

    /// <summary>The person acted for (the owner for whom nobody here is), or whoever is claimed or confirmed to have directed it.</summary>
    private bool IsInvolved(int person, Ask a)
    {
        var actedFor = IsSomebody(_sessions[a.Session].OnBehalfOf) ?? IsSomebody("owner@example.com");
        return person == actedFor || (a.Directed is "claimed" or "confirmed" && Named(person, a));
    }

    private static int? IsSomebody(string email)
    {
        for (var i = 0; i < Cast.People.Count; i++)
        {
            if (string.Equals(Cast.People[i].Email, email.Trim(), StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return null;
    }
}
