namespace AgentApprovals.Model;

public sealed partial class PlainModel
{
    public string Open(string onBehalfOf)
    {
        if (_everythingStopped)
            return "everything_stopped";
        if (_agentStopped)
            return "agent_stopped";
        if (IsSomebody(onBehalfOf) is { } person && _inactive[person])
            return "principal_not_allowed";
        if (_sessions.Count(s => s.State == "active") >= Cast.MaxSessions)
            return "too_many_requests";
        _sessions.Add(new() { OnBehalfOf = onBehalfOf, StartedAt = Now, ExpiresAt = Now + (Cast.SessionSeconds * 1000) });
        return "ok";
    }

    public string End(int session) => Entered(session, s => Close(s, "ended", Now));

    public string Compact(int session) => Entered(session, s => s.Compacted = true);

    public string Renew(int session) => Entered(session, s =>
        s.ExpiresAt = Math.Min(Now + (Cast.SessionSeconds * 1000), s.StartedAt + (Cast.MaxSessionSeconds * 1000)));

    public string Submit(int session, string type, int resource, int payload, string? directedBy, int? key)
    {
        if (Refused(session) is { } refused)
            return refused;
        var s = _sessions[session];
        var said = $"{type} {resource} {payload} {directedBy}";
        if (key is not null && _actions.Find(a => a.Session == session && a.Key?.StartsWith($"{key}:", StringComparison.Ordinal) == true) is { } earlier)
            return earlier.Key == $"{key}:{said}" ? "ok" : "idempotency_conflict";
        if (_actions.Count(a => a.Status == "pending") >= Cast.MaxPending)
            return "too_many_pending";
        var permitted = Cast.Permitted.Any(p => p == type || (p.EndsWith('*') && type.StartsWith(p[..^1], StringComparison.Ordinal)));
        if (!permitted && _actions.Count(a => a.Session == session && a.Denial == "not_permitted" && a.SubmittedAt > Now - 60_000) >= 10)
            return "too_many_requests";

        var directed = directedBy is null ? "none" : "claimed";
        var rule = Judge(_versions[^1], type, directed, s.Compacted, null);
        var action = new Ask
        {
            Session = session,
            Type = type,
            Resource = resource,
            Submitted = payload,
            Payload = payload,
            DirectedBy = directedBy,
            Directed = directed,
            Rule = rule,
            Policy = _versions.Count - 1,
            SubmittedAt = Now,
            ConfirmationEndsAt = Now + (rule.Window * 1000),
            ExpiresAt = Now + (rule.Expires * 1000),
            Key = key is null ? null : $"{key}:{said}",
        };
        Gather(action);
        _actions.Add(action);
        var what = $"{type} {resource} {payload}";
        var isRepeat = _denied.Any(d => d.What == what && Now < d.Until);
        var byCard = permitted && action.Burst is { } burst && _bursts[burst].DeniedBy is { } person && !_inactive[person] && MayDeny(person, action) ? person : (int?)null;
        var denial = !permitted ? "not_permitted" : byCard is not null ? "denied_by_person" : isRepeat ? "repeats_denied" : rule.Mode == "deny" ? "denied_by_policy" : null;
        if (denial is not null)
            Refuse(action, denial, byCard);
        else if (action.Rule.Mode != "review")
            Hold(action, action.ConfirmationEndsAt);
        if (permitted && isRepeat && ++s.Repeats == 3)
            StopForRepeats(s);
        RunClocks(Now);
        return "ok";
    }

    private void StopForRepeats(Run session)
    {
        Close(session, "stopped", Now);
        if (_stoppedForRepeats > Now - 600_000)
            Stop(null);
        _stoppedForRepeats = Now;
    }

    private static void Hold(Ask action, long until)
    {
        action.Status = "approved";
        action.ReleaseAt = until;
        action.PermitExpiresAt = until + (action.Rule.Permit * 1000);
    }

    private void Refuse(Ask action, string code, int? by)
    {
        Finish(action, "denied", Now);
        action.Denial = code;
        action.DeniedBy = by;
        if (code is "denied_by_person" or "denied_by_policy")
            _denied.Add(($"{action.Type} {action.Resource} {action.Submitted}", Now + (action.Rule.Memory * 1000)));
    }

    /// <summary>First match wins; a claim never helps.</summary>
    private PlainRule Judge(IReadOnlyList<PlainRule> rules, string type, string directed, bool compacted, Ask? itself)
    {
        var rule = AsIs(rules, type, directed, compacted, itself);
        return directed is "none" or "confirmed" ? rule : Stricter(rule, AsIs(rules, type, "none", compacted, itself));
    }

    private PlainRule AsIs(IReadOnlyList<PlainRule> rules, string type, string directed, bool compacted, Ask? itself)
    {
        var rule = new PlainRule();
        foreach (var candidate in rules)
        {
            if ((candidate.Type == "*" || candidate.Type == type) && (candidate.Directed is null || candidate.Directed == directed))
            {
                rule = candidate;
                break;
            }
        }

        var passed = _actions.Count(a => a != itself && a.Rule.Name == rule.Name && a.Rule.Mode is "allow" or "veto" && a.SubmittedAt > Now - (PlainRule.BudgetSeconds * 1000));
        if (rule.Mode is "allow" or "veto" && (!Cast.Catalogued.Contains(type) || compacted || Now >= rule.EndsAt || passed >= rule.Budget))
            rule = rule with { Mode = "review", Requires = [[new("Reviewer", 1)]] };
        return Cast.Reversible.Contains(type)
            ? rule
            : rule with { Window = Math.Max(rule.Window, Cast.MinimumWindow), Expires = rule.Window < Cast.MinimumWindow ? Math.Max(rule.Expires, Cast.MinimumWindow) : rule.Expires };
    }

    private static PlainRule Stricter(PlainRule a, PlainRule b)
    {
        string[] order = ["allow", "veto", "review", "deny"];
        var first = Array.IndexOf(order, a.Mode) >= Array.IndexOf(order, b.Mode) ? a : b;
        return first with
        {
            Requires = a.Mode == "review" && b.Mode == "review" ? Both(a.Requires, b.Requires) : first.Requires,
            SecondPerson = a.SecondPerson || b.SecondPerson,
            Window = Math.Max(a.Window, b.Window),
            Hold = Math.Max(a.Hold, b.Hold),
            Expires = Math.Min(a.Expires, b.Expires),
        };
    }

    /// <summary>Each alternative of the one with each of the other, of equal <c>from</c> the larger count; the same twice is the same.</summary>
    private static IReadOnlyList<IReadOnlyList<PlainPart>> Both(IReadOnlyList<IReadOnlyList<PlainPart>> a, IReadOnlyList<IReadOnlyList<PlainPart>> b)
    {
        if (a.Count == b.Count && a.Zip(b).All(p => p.First.SequenceEqual(p.Second)))
            return a;
        var joined = new List<IReadOnlyList<PlainPart>>();
        foreach (var x in a)
        {
            foreach (var y in b)
            {
                var froms = x.Concat(y).Select(p => p.From).Distinct();
                joined.Add([.. froms.Select(from => new PlainPart(from, Math.Max(Count(x, from), Count(y, from))))]);
            }
        }

        return joined;

        static int Count(IReadOnlyList<PlainPart> parts, string from) => parts.Where(p => p.From == from).Sum(p => p.Count);
    }
}
