using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Seeding;

/// <summary>Actions with their whole life behind them: most approved and done, some denied, some that nobody answered.</summary>
internal sealed class SeedActions(Random random, SeedTallies tallies, Moment now)
{
    private static readonly Dictionary<string, string[]> Types = Catalogue.BuiltIn.Items.GroupBy(t => t.Name.Split('.')[0])
        .ToDictionary(g => g.Key, g => g.Select(t => t.Name).ToArray());
    private static readonly Requirement OneReviewer = Judgement.OneReviewer;

    public ActionState One(AgentState agent, SessionState session, long sequence, Guid id, Moment asked, PersonState person)
    {
        // Nothing is asked after now.
        asked = Moment.Earlier(asked, now.PlusSeconds(-3600));
        var permission = agent.Permissions[random.Next(agent.Permissions.Count)];
        var names = Types[permission.Type.Split('.')[0]];
        var type = permission.Type.EndsWith('*') ? names[random.Next(names.Length)] : permission.Type;
        var isBeyond = random.Next(50) == 0;
        var digest = "sha256:" + sequence.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);
        var action = new ActionState
        {
            Sequence = sequence,
            Id = new(id),
            AgentSequence = agent.Sequence,
            SessionSequence = session.Sequence,
            Type = isBeyond ? "secret.read" : type,
            Resource = $"seed://{agent.Name}/{sequence % 50}",
            Summary = "Something that was asked for",
            PayloadDigest = digest,
            SubmittedDigest = digest,
            Status = ActionStatus.Pending,
            SubmittedAt = asked,
            ConfirmationEndsAt = asked.PlusSeconds(60),
            ExpiresAt = asked.PlusSeconds(1800),
            Verdict = Verdict(random.Next(10) == 0 || type.StartsWith("command", StringComparison.Ordinal) ? null : "Reviewed"),
            Risk = new(random.Next(5, 80), []),
            Approvals = [],
            PermissionKey = isBeyond ? null : permission.Key,
            RepeatKey = digest[7..],
            ResourceHash = sequence,
        };
        tallies.Move(Kinds.ActionSubmitted, null, action, asked);
        if (isBeyond)
            return Moved(Kinds.ActionDenied, action, action with { Status = ActionStatus.Denied, Denial = new("not_permitted", null, null, asked, null, null), EndedAt = asked }, asked);
        var decided = asked.PlusSeconds((long)Math.Min(1700, -200 * Math.Log(1 - random.NextDouble())));
        return random.Next(20) switch
        {
            0 => Moved(Kinds.ActionExpired, action, action with { Status = ActionStatus.Expired, EndedAt = action.ExpiresAt }, action.ExpiresAt),
            1 or 2 => Moved(Kinds.ActionDenied, action, action with
            {
                Status = ActionStatus.Denied,
                Denial = new("denied_by_person", person.Id, person.DisplayName, decided, "No", null),
                EndedAt = decided,
            }, decided),
            _ => Done(Approved(action, person, decided), decided),
        };
    }

    private ActionState Approved(ActionState action, PersonState person, Moment at) => Moved(Kinds.ActionApproved, action, action with
    {
        Status = ActionStatus.Approved,
        Approvals = [new(person.Id, person.DisplayName, at, action.PayloadDigest, null, null, person.Roles, person.Groups)],
        ReleaseAt = at.PlusSeconds(10),
        PermitExpiresAt = at.PlusSeconds(310),
    }, at);

    private ActionState Done(ActionState approved, Moment at)
    {
        var released = Moved(Kinds.ActionReleased, approved, approved with { Status = ActionStatus.Released }, at.PlusSeconds(10));
        if (random.Next(30) == 0)
            return Moved(Kinds.ActionExpired, released, released with { Status = ActionStatus.Expired, EndedAt = at.PlusSeconds(310) }, at.PlusSeconds(310));
        var executing = Moved(Kinds.ActionExecuting, released, released with { Status = ActionStatus.Executing, ExecuteUntil = at.PlusSeconds(900) }, at.PlusSeconds(15));
        var failed = random.Next(20) == 0;
        return Moved(failed ? Kinds.ActionFailed : Kinds.ActionCompleted, executing, executing with
        {
            Status = failed ? ActionStatus.Failed : ActionStatus.Completed,
            Outcome = failed ? Outcome.Failed : Outcome.Succeeded,
            EndedAt = at.PlusSeconds(20),
        }, at.PlusSeconds(20));
    }

    private ActionState Moved(string kind, ActionState before, ActionState after, Moment at)
    {
        tallies.Move(kind, before, after, at);
        return after;
    }

    private static Verdict Verdict(string? rule) => new()
    {
        Mode = RuleMode.Review,
        RuleName = rule,
        PolicyVersion = 0,
        Requires = OneReviewer,
        SecondPerson = true,
        ConfirmationWindowSeconds = 60,
        HoldAfterApprovalSeconds = 10,
        ExpiresAfterSeconds = 1800,
        PermitSeconds = 300,
        ExecuteSeconds = 900,
        DeniedMemorySeconds = 86400,
        Burst = new(10, 60),
    };
}
