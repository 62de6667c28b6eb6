using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Agents;

/// <summary>A submission of the last while, as far as rates need it.</summary>
public readonly record struct Submission(Moment At, string Type, long Session, string? PermissionKey, string? RuleName, RuleMode Mode);

/// <summary>
/// What a submission's limits, memory and risk read of one agent: what is open, what was asked lately, what was denied, its
/// record of days. Loaded once, then moved along with every entry.
/// </summary>
public sealed class Desk
{
    private readonly OpenActions _open = new();
    private readonly Dictionary<(string What, string Name, int Seconds), Tally> _tallies = [];
    private readonly Dictionary<string, Moment> _denials = [];
    private readonly Dictionary<string, BurstMark> _bursts = [];
    private readonly Dictionary<int, AgentDay> _days = [];
    private readonly HashSet<int> _changedDays = [];
    private readonly HashSet<long> _resources = [];
    private readonly HashSet<long> _resourcesLookedFor = [];
    private readonly DeskRisk _risk = new();

    public required long AgentSequence { get; init; }

    /// <summary>The budgets, by rule and window, whose tallies this desk was loaded with.</summary>
    public required IReadOnlySet<(string Rule, int Seconds)> Budgets { get; init; }

    /// <summary>The windows in which this desk was loaded with a count of each type.</summary>
    public required IReadOnlySet<int> BurstWindows { get; init; }

    /// <summary>An empty one, that keeps count of what the policies which are known of ask about.</summary>
    public static Desk Of(long agentSequence, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new() { AgentSequence = agentSequence, Budgets = texts.Budgets, BurstWindows = texts.BurstWindows };
    }

    /// <summary>Whether it keeps count of all that the policies which are known of ask about by now.</summary>
    public bool Counts(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Budgets.SetEquals(texts.Budgets) && BurstWindows.SetEquals(texts.BurstWindows);
    }

    public IEnumerable<AgentDay> Days => _days.Values;

    public IEnumerable<AgentDay> ChangedDays => _changedDays.Select(d => _days[d]);

    /// <summary>When the agent last did something, in whole minutes; null: never.</summary>
    public Moment? SeenAt { get; private set; }

    public void Settle() => _changedDays.Clear();

    /// <summary>What moved last was written by another node, its standing as well.</summary>
    internal void ForgetWritten() => _risk.ForgetWritten();

    /// <summary>Actions that wait for a person, in sessions that <paramref name="isActive"/>.</summary>
    public int Pending(Moment now, Func<long, bool> isActive) => _open.Pending(now, isActive);

    /// <summary>Submissions of the last minute, all or of a type.</summary>
    public long InLastMinute(Moment now) => Count("all", "", 60, now);

    public long InLastMinute(string type, Moment now) => Count("type", type, 60, now);

    /// <summary>Actions of a type in the window of a burst.</summary>
    public long Like(string type, int seconds, Moment now) => BurstWindows.Contains(seconds)
        ? Count("type", type, seconds, now)
        : throw new InvalidOperationException($"The desk of agent {AgentSequence} does not count in {seconds} seconds.");

    /// <summary>What waits of a type and was submitted within the window, oldest first.</summary>
    public IEnumerable<long> WaitingLike(string type, int seconds, Moment now) => _open.WaitingSince(type, now.PlusSeconds(-seconds));

    /// <summary>The burst of a type that is open at <paramref name="now"/>; null: none.</summary>
    public long? OpenBurst(string type, Moment now) => _bursts.TryGetValue(type, out var burst) && burst.IsOpenAt(now) ? burst.Sequence : null;

    /// <summary>What a session asked for beyond the permissions in the last minute.</summary>
    public long BeyondInLastMinute(long session, Moment now) => Count("beyond", $"{session}", 60, now);

    /// <summary>What was asked under a permission in the last hour.</summary>
    public long InLastHour(string permissionKey, Moment now) => Count("permission", permissionKey, 3600, now);

    /// <summary>Whole seconds until a limit of <see cref="InLastMinute(Moment)"/> has room again.</summary>
    public int RoomAfter(long mostInMinute, Moment now) => Tally("all", "", 60).SecondsUntilBelow(mostInMinute, now);

    /// <summary>The same for <see cref="BeyondInLastMinute"/>.</summary>
    public int RoomBeyondAfter(long session, long mostInMinute, Moment now) => Tally("beyond", $"{session}", 60).SecondsUntilBelow(mostInMinute, now);

    /// <summary>The same for <see cref="InLastHour"/>.</summary>
    public int RoomAfter(string permissionKey, long mostInHour, Moment now) => Tally("permission", permissionKey, 3600).SecondsUntilBelow(mostInHour, now);

    /// <summary>What a rule let pass without a person, in the window of its budget.</summary>
    public long Spent(string rule, int seconds, Moment now) => Budgets.Contains((rule, seconds))
        ? Count("rule", rule, seconds, now)
        : throw new InvalidOperationException($"The desk of agent {AgentSequence} was not loaded with the budget of {rule}.");

    /// <summary>Whether the same was denied and is remembered at <paramref name="now"/>.</summary>
    public bool Remembers(string repeatKey, Moment now) => _denials.TryGetValue(repeatKey, out var until) && now < until;

    public bool KnowsResource(long hash) => _resources.Contains(hash);

    public bool LookedFor(long hash) => _resources.Contains(hash) || _resourcesLookedFor.Contains(hash);

    public void LoadResource(long hash, bool used) => (used ? _resources : _resourcesLookedFor).Add(hash);

    public void Load(OpenAction open) => _open.Put(open);

    public void Load(Submission submission) => Count(submission);

    public void Load(AgentDay day) => _days[day.Day] = day;

    public void Load(string type, BurstMark burst) => _bursts[type] = burst;

    public void LoadDenial(string repeatKey, Moment until) => Remember(repeatKey, until);

    public void LoadSeen(Moment? at) => SeenAt = at;

    /// <summary>How the agent stands; null where that is known to be written, unless it is asked for <paramref name="always"/>.</summary>
    internal AgentStanding? Standing(AgentState agent, Policies.Catalogue catalogue, Moment now, bool always) => _risk.Standing(this, agent, catalogue, now, always);

    /// <summary>The agent itself did something.</summary>
    internal void See(Moment now) => SeenAt = new(now.Milliseconds / 60_000 * 60_000);

    /// <summary>Moves along with an entry about one of the agent's actions; which counters it moves.</summary>
    internal IReadOnlyList<Count> Note(string kind, ActionState? before, ActionState action, Moment now)
    {
        _open.Remove(action.Sequence);
        if (!action.Status.IsTerminal())
            _open.Put(new(action.Sequence, action.SessionSequence, action.Status, action.DueAt, action.Type, action.SubmittedAt));
        var submission = Of(action);
        if (before is null)
        {
            Count(submission);
            _resources.Add(action.ResourceHash);
            if (action.BurstSequence is not null)
                _bursts[action.Type] = _bursts[action.Type] with { LastAt = action.SubmittedAt };
        }
        else if (Of(before) != submission)
        {
            // A direction moved it to another rule: it uses up the budget of that one.
            foreach (var tally in TalliesOfRule(Of(before)))
                tally.Remove(action.SubmittedAt);
            foreach (var tally in TalliesOfRule(submission))
                tally.Add(action.SubmittedAt);
        }

        if (action.RememberedUntil is { } until && before?.Denial is null)
            Remember(action.RepeatKey, until);

        IReadOnlyList<Count> moved = [.. Counters.Of(kind, before, action, now, DayOf(now).NameOf(action.Type))];
        Count(now, moved);
        return moved;
    }

    /// <summary>One of its types came too fast.</summary>
    internal void NoteBurst(BurstState burst, Moment now) => _bursts[burst.Type] = new(burst.Sequence, burst.PerSeconds, now);

    /// <summary>Something happened that moves counters of the agent's day.</summary>
    internal void Count(Moment now, IReadOnlyList<Count> moved)
    {
        var day = DayOf(now);
        var after = day.After(moved);
        if (ReferenceEquals(day, after))
            return;
        _days[now.Day] = after;
        _changedDays.Add(now.Day);
        _risk.Used(moved);
    }

    private AgentDay DayOf(Moment now) => _days.GetValueOrDefault(now.Day) ?? new(AgentSequence, now.Day, AgentDay.NoCounts);

    private void Count(Submission it)
    {
        Tally("all", "", 60).Add(it.At);
        foreach (var seconds in BurstWindows)
            Tally("type", it.Type, seconds).Add(it.At);
        if (it.PermissionKey is null)
            Tally("beyond", $"{it.Session}", 60).Add(it.At);
        else
            Tally("permission", it.PermissionKey, 3600).Add(it.At);
        foreach (var tally in TalliesOfRule(it))
            tally.Add(it.At);
    }

    private static Submission Of(ActionState action) =>
        new(action.SubmittedAt, action.Type, action.SessionSequence, action.PermissionKey, action.Verdict.RuleName, action.Verdict.Mode);

    private List<Tally> TalliesOfRule(Submission it) => it.RuleName is null || it.Mode is not (RuleMode.Allow or RuleMode.Veto)
        ? []
        : [.. Budgets.Where(b => b.Rule == it.RuleName).Select(b => Tally("rule", b.Rule, b.Seconds))];

    private Tally Tally(string what, string name, int seconds)
    {
        if (!_tallies.TryGetValue((what, name, seconds), out var tally))
            _tallies[(what, name, seconds)] = tally = new(seconds);
        return tally;
    }

    private long Count(string what, string name, int seconds, Moment now) =>
        _tallies.TryGetValue((what, name, seconds), out var tally) ? tally.Count(now) : 0;

    private void Remember(string repeatKey, Moment until)
    {
        if (!_denials.TryGetValue(repeatKey, out var known) || known < until)
            _denials[repeatKey] = until;
    }
}
