namespace AgentApprovals.Model;

public sealed partial class PlainModel
{
    public string Approve(int person, int action, int? seen, int? edit)
    {
        _steps++;
        var a = _actions[action];
        if (Unseen(person, a) is { } unseen)
            return unseen;
        var fits = a.Rule.Requires.Any(parts => parts.Any(p => Fits(RolesOf(person), Cast.People[person].Group, p)));
        var lacksGroup = RolesOf(person).Any(r => r is "Reviewer" or "Manager") && a.Rule.Requires.Any(parts => parts.Any(p => p.From.StartsWith("group:", StringComparison.Ordinal)));
        if (!fits && !lacksGroup)
            return "not_a_reviewer";
        var isEdit = edit is not null && edit != a.Payload;
        if (a.Waits && !isEdit && a.Approvals.Any(p => p.Person == person))
            return "already_decided";
        if (a.Status != "pending")
            return Moved(a);
        if (a.Rule.SecondPerson && IsInvolved(person, a))
            return "second_person_required";
        if (!fits)
            return "wrong_group";
        if (seen is not null && seen != a.Payload)
            return "payload_changed";
        if (isEdit && Edit(person, a, edit!.Value) is { } refused)
            return refused;
        a.Approvals.Add((person, RolesOf(person), Cast.People[person].Group));
        if (IsEnough(a))
            Hold(a, Math.Max(a.ConfirmationEndsAt, Now + (a.Rule.Hold * 1000)));
        RunClocks(Now);
        return "ok";
    }

    public string Deny(int person, int action)
    {
        var a = _actions[action];
        if (Unseen(person, a) is { } unseen)
            return unseen;
        if (!MayDeny(person, a))
            return "forbidden";
        if (a.DeniedBy == person)
            return "already_decided";
        if (!a.Waits)
            return Moved(a);
        Refuse(a, "denied_by_person", person);
        return "ok";
    }

    public string TakeBack(int person, int action)
    {
        var a = _actions[action];
        if (Unseen(person, a) is { } unseen)
            return unseen;
        if (a.Approvals.All(p => p.Person != person))
            return "not_found";
        if (a.Status is not ("pending" or "approved"))
            return "not_pending";
        a.Approvals.RemoveAll(p => p.Person == person);
        FallBack(a);
        return "ok";
    }

    public string Direct(int person, int action, bool confirmed)
    {
        var a = _actions[action];
        if (Unseen(person, a) is { } unseen)
            return unseen;
        if (!Named(person, a))
            return "forbidden";
        if (a.Status is not ("pending" or "approved"))
            return "not_pending";
        if (a.Directed == (confirmed ? "confirmed" : "disowned"))
            return "ok";
        var rule = Judge(_versions[a.Policy], a.Type, confirmed ? "confirmed" : "disowned", _sessions[a.Session].Compacted, a);
        if (confirmed)
            Confirm(a, rule);
        else
            Disown(a, rule);
        RunClocks(Now);
        return "ok";
    }

    private void Confirm(Ask a, PlainRule rule)
    {
        a.Directed = "confirmed";
        if (rule.Mode != "deny")
            a.Rule = a.Edited ? Stricter(rule, a.Rule) : rule;
        if (a.Burst is not null)
            a.Rule = Held(a.Rule);
        if (a.Status == "pending" && IsEnough(a))
            Hold(a, Math.Max(a.ConfirmationEndsAt, Now + (a.Rule.Hold * 1000)));
        else
            FallBack(a);
    }

    private static void Disown(Ask a, PlainRule undirected)
    {
        static PlainRule Reviewed(PlainRule rule) => rule.Mode == "review" ? rule : rule with { Mode = "review", Requires = [[new("Reviewer", 1)]] };
        a.Rule = a.Directed == "confirmed" ? Stricter(Reviewed(a.Rule), Reviewed(undirected)) : Reviewed(a.Rule);
        a.Directed = "disowned";
        if (a.Status != "approved")
            return;
        a.Rule = a.Rule with { Requires = Both(a.Rule.Requires, [[new("Reviewer", 1)]]) };
        a.Approvals.Clear();
        (a.Status, a.ReleaseAt, a.PermitExpiresAt) = ("pending", null, null);
    }

    private string? Edit(int person, Ask a, int payload)
    {
        var rule = Stricter(a.Rule, Judge(_versions[a.Policy], a.Type, a.Directed, _sessions[a.Session].Compacted, a));
        if (rule.Mode == "deny")
            return "edit_refused";
        if (rule.SecondPerson && IsInvolved(person, a))
            return "second_person_required";
        var expires = Math.Min(a.ExpiresAt, a.SubmittedAt + (Math.Min(rule.Expires + a.ExtendedSeconds, 2 * rule.Expires) * 1000L));
        if (expires <= Now)
            return "edit_refused";
        // One person could meet an alternative of one place.
        if (isRisky(_steps))
            rule = rule with { Requires = [.. rule.Requires.Select(parts => parts.Sum(p => p.Count) == 1 ? [parts[0] with { Count = 2 }] : parts)] };
        a.Rule = rule;
        a.Payload = payload;
        a.Edited = true;
        a.Approvals.Clear();
        a.ConfirmationEndsAt = Math.Max(a.ConfirmationEndsAt, a.SubmittedAt + (rule.Window * 1000));
        a.ExpiresAt = expires;
        return null;
    }

    /// <summary>What was approved and is not any more waits again, or has expired.</summary>
    private void FallBack(Ask a)
    {
        if (a.Status == "approved" && !IsEnough(a))
            (a.Status, a.ReleaseAt, a.PermitExpiresAt) = ("pending", null, null);
        RunClocks(Now);
    }

    private bool IsEnough(Ask a)
    {
        if (a.Rule.Mode != "review")
            return true;
        var people = a.Approvals.Where(p => !a.Rule.SecondPerson || !IsInvolved(p.Person, a)).ToList();
        return a.Rule.Requires.Any(parts => CanFill([.. parts.SelectMany(p => Enumerable.Repeat(p, p.Count))], people));
    }

    /// <summary>Tries everybody in the first place, and the rest in the others.</summary>
    private static bool CanFill(List<PlainPart> places, List<(int Person, string[] Roles, string? Group)> people)
    {
        if (places.Count == 0)
            return true;
        foreach (var someone in people)
        {
            if (Fits(someone.Roles, someone.Group, places[0]) && CanFill(places[1..], [.. people.Where(p => p.Person != someone.Person)]))
                return true;
        }

        return false;
    }

    private static bool Fits(string[] roles, string? group, PlainPart part) => roles.Contains(part.From) || $"group:{group}" == part.From;
}
