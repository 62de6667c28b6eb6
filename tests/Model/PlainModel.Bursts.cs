namespace AgentApprovals.Model;

public sealed partial class PlainModel
{
    public string DenyBurst(int person, int burst)
    {
        var members = MembersOf(burst);
        if (_inactive[person])
            return "unauthenticated";
        var all = RolesOf(person).Any(r => r is "Reviewer" or "Manager") || Cast.People[person].Name == "owner";
        if (!all && !RolesOf(person).Contains("Auditor") && members.All(a => Unseen(person, a) is not null))
            return "not_found";
        if (!all && !members.Any(a => MayDeny(person, a)))
            return "forbidden";
        var waiting = members.Where(a => a.Waits && MayDeny(person, a)).ToList();
        var denier = _bursts[burst].DeniedBy;
        var isTheirs = denier == person;
        var holds = denier is { } by && !_inactive[by] && (RolesOf(by).Any(r => r is "Reviewer" or "Manager") || Cast.People[by].Name == "owner");
        if (waiting.Count == 0 && isTheirs)
            return "already_decided";
        if (waiting.Count == 0 && (holds || !IsOpen(burst)))
            return "not_pending";
        if (isTheirs || !holds)
            _bursts[burst].DeniedBy = person;
        foreach (var action in waiting)
            Refuse(action, "denied_by_person", person);
        return "ok";
    }

    /// <summary>One more than the rule's count within its window opens a burst; whoever is in one waits for people.</summary>
    private void Gather(Ask next)
    {
        var open = _bursts.FindIndex(b => b.Type == next.Type && IsOpen(_bursts.IndexOf(b)));
        if (open < 0)
        {
            var since = Now - (next.Rule.BurstSeconds * 1000);
            var like = _actions.Where(a => a.Type == next.Type && a.SubmittedAt > since).ToList();
            if (like.Count < next.Rule.BurstCount)
                return;
            open = _bursts.Count;
            _bursts.Add(new() { Type = next.Type, Seconds = next.Rule.BurstSeconds });
            foreach (var action in like.Where(a => a.Status is "pending" or "approved" && a.Burst is null))
            {
                action.Burst = open;
                action.Rule = Held(action.Rule);
                FallBack(action);
            }
        }

        next.Burst = open;
        next.Rule = Held(next.Rule);
    }

    /// <summary>Until its seconds after the last like one have passed.</summary>
    private bool IsOpen(int burst) => MembersOf(burst) is [.., var last] && Now < last.SubmittedAt + (_bursts[burst].Seconds * 1000);

    private List<Ask> MembersOf(int burst) => [.. _actions.Where(a => a.Burst == burst)];

    private static PlainRule Held(PlainRule rule) => rule.Mode is "allow" or "veto" ? rule with { Mode = "review" } : rule;

    private bool MayDeny(int person, Ask a) => RolesOf(person).Any(r => r is "Reviewer" or "Manager") || Owns(person, a) || Named(person, a)
        || a.Rule.Requires.Any(parts => parts.Any(p => p.From == $"group:{Cast.People[person].Group}"));
}
