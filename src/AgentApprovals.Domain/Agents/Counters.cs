using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Agents;

/// <summary>Whose record a counter stands in.</summary>
public enum Whose
{
    Both,
    Agent,
    Fleet,
}

/// <summary>A counter that an entry moves.</summary>
public readonly record struct Count(string Name, int By = 1, Whose Whose = Whose.Both);

/// <summary>
/// The names of the counters and which of them an entry moves: the agent's of the day (<see cref="AgentDay"/>) and the whole fleet's. They
/// move with the ledger alone, so that replaying it gives the same, and every figure that managers see is read off them.
/// </summary>
public static class Counters
{
    public const string Submitted = "submitted";

    /// <summary>Sessions that were cut off, also those in which nothing waited.</summary>
    public const string SessionsStopped = "sessions_stopped";

    /// <summary>Sessions that were opened where nothing holds the process, so that stop can't reach it.</summary>
    public const string Unheld = "unheld";

    /// <summary>What a person said, yes or no: more than one where a rule asks for more than one.</summary>
    public const string Decisions = "decisions";

    /// <summary>Expired because no person came, not because the agent did not.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>Submissions that no rule matched, so that the built-in default held them.</summary>
    public const string Unruled = "unruled";
    public const string Bursts = "bursts";
    public const string Stops = "stops";

    /// <summary>Seen to do what no redeemed action covers.</summary>
    public const string Bypassed = "bypassed";

    /// <summary>Seen to do what a redeemed action covers.</summary>
    public const string Covered = "covered";

    /// <summary>Submissions that the gateway itself executes.</summary>
    public const string Gateway = "gateway";
    public const string AgentsRegistered = "agents";

    /// <summary>With the type's name.</summary>
    public const string Type = "type:";
    public const string UnruledType = "unruled:";
    public const string BeyondType = "beyond:";

    /// <summary>With the permission's key.</summary>
    public const string Permission = "permission:";

    /// <summary>With the UTC hour, of submissions and of what people said.</summary>
    public const string Hour = "hour:";
    public const string DecisionHour = "decisions:";

    /// <summary>With a bucket of <see cref="Durations"/>: from the submission until people had decided, and from a stop until its last layer was confirmed.</summary>
    public const string Decided = "decided:";
    public const string Contained = "contained:";

    /// <summary>
    /// With a person's id and <c>:yes</c>, <c>:no</c>, <c>:quick</c> (sooner than it can be read), <c>:agreed</c> and <c>:differed</c> (each other person whose word
    /// on the same action was the same, or another) or the UTC hour.
    /// </summary>
    public const string Person = "person:";

    /// <summary>Whether a counter is kept for each agent and not for all together.</summary>
    public static bool IsOfAgentAlone(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Permission, StringComparison.Ordinal) || name.StartsWith(BeyondType, StringComparison.Ordinal);
    }

    /// <summary>What an entry about an action moves.</summary>
    /// <param name="before">The action before it; null where the entry made it.</param>
    /// <param name="typeName">What its type is counted under (<see cref="AgentDay.NameOf"/>).</param>
    public static IEnumerable<Count> Of(string kind, ActionState? before, ActionState action, Moment now, string typeName)
    {
        ArgumentNullException.ThrowIfNull(action);
        return kind switch
        {
            Kinds.ActionSubmitted => Asked(action, typeName),
            Kinds.ActionApproval => ByPeople(kind, before, action, now),
            Kinds.ActionApproved => [new("approved"), .. ByPeople(kind, before, action, now)],
            Kinds.ActionDenied => [.. Denied(action, typeName), .. ByPeople(kind, before, action, now)],
            Kinds.ActionExpired => before?.Status == ActionStatus.Pending ? [new("expired"), new(Unanswered)] : [new("expired")],
            Kinds.ActionReleased or Kinds.ActionCancelled or Kinds.ActionStopped
                or Kinds.ActionExecuting or Kinds.ActionCompleted or Kinds.ActionFailed => [new(kind["action.".Length..])],
            Kinds.ActionDirected => [new("confirmed")],
            Kinds.ActionDisowned => before?.Directed == Directed.Confirmed ? [new("disowned"), new("confirmed", -1)] : [new("disowned")],
            _ => [],
        };
    }

    /// <summary>What an entry about one of an agent's bursts moves.</summary>
    public static IEnumerable<Count> Of(string kind, BurstState burst, Moment now)
    {
        ArgumentNullException.ThrowIfNull(burst);
        return kind switch
        {
            Kinds.BurstOpened => [new(Bursts)],
            Kinds.BurstDenied => DecisionFact.Of(0, kind, null, burst, now).SelectMany(Said),
            _ => [],
        };
    }

    private static IEnumerable<Count> Asked(ActionState action, string typeName)
    {
        yield return new(Submitted);
        yield return new(Type + typeName);
        yield return new(Hour + Two(action.SubmittedAt.Hour));
        yield return new("risk", action.Risk.Score);
        if (action.PermissionKey is { } permission)
            yield return new(Permission + permission, Whose: Whose.Agent);
        if (action.Directed == Directed.None)
            yield return new("undirected");
        if (action.Call is not null)
            yield return new(Gateway);
        if (action.RuleName is not null)
            yield break;
        yield return new(Unruled);
        yield return new(UnruledType + typeName, Whose: Whose.Fleet);
    }

    private static IEnumerable<Count> Denied(ActionState action, string typeName)
    {
        yield return new("denied");
        if (action.Denial?.Code != "not_permitted")
            yield break;
        yield return new("beyond");
        yield return new(BeyondType + typeName, Whose: Whose.Agent);
    }

    /// <summary>What people said, and how long it took until they had said enough.</summary>
    private static IEnumerable<Count> ByPeople(string kind, ActionState? before, ActionState action, Moment now)
    {
        var facts = DecisionFact.Of(0, kind, before, action, now);
        foreach (var count in facts.SelectMany(Said))
            yield return count;
        if (facts.Count > 0 && (kind == Kinds.ActionApproved || (kind == Kinds.ActionDenied && before?.Status == ActionStatus.Pending)))
            yield return new(Decided + Two(Durations.BucketOf(now - action.SubmittedAt)));
    }

    private static IEnumerable<Count> Said(DecisionFact fact)
    {
        var person = $"{Person}{fact.Person}:";
        if (fact.Kind != DecisionFactKind.Said)
        {
            yield return new(person + fact.Kind switch { DecisionFactKind.Hurried => "quick", DecisionFactKind.Agreed => "agreed", _ => "differed" }, Whose: Whose.Fleet);
            yield break;
        }

        yield return new(Decisions);
        yield return new(DecisionHour + Two(fact.Hour), Whose: Whose.Fleet);
        yield return new(person + (fact.IsYes ? "yes" : "no"), Whose: Whose.Fleet);
        yield return new(person + Two(fact.Hour), Whose: Whose.Fleet);
    }

    internal static string Two(int number) => number.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}
