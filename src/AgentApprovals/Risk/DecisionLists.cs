using System.Globalization;
using System.Text.Json.Serialization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;

namespace AgentApprovals.Risk;

/// <summary>What a person can say.</summary>
public enum SaidVerdict
{
    Approve,
    Deny,
}

/// <summary>One decision of one person; of an action or, once for all of it, of a burst.</summary>
/// <param name="Other">With whom they agreed, or from whom they differed, where the list is of that.</param>
public sealed record DecisionListing(
    PersonRef Person, SaidVerdict Verdict, Moment At, AgentRef Agent, string Type, ActionId? ActionId, BurstId? BurstId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersonRef? Other);

/// <summary>Lists of what people decided, narrowed by what the figures of reviewers count.</summary>
public sealed class DecisionLists(Reader reader, Roster roster)
{
    /// <summary>Why somebody may not see what <paramref name="whose"/> decided, or everybody for null; null where they may: managers, and each person of themselves.</summary>
    public static Refusal? RefusalFor(PersonState viewer, PersonId? whose)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return viewer.Id == whose || viewer.Has(Caller.Resumers) ? null : Refusals.Forbidden("What others decided takes a Manager or an Administrator.");
    }

    /// <summary>A page for somebody to whom <see cref="RefusalFor"/> says nothing.</summary>
    public Task<Page<DecisionView>> PageAsync(DecisionFilter filter, PersonState viewer, long? before, int limit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(viewer);
        // Whoever sees less by now than when they decided sees less of this as well.
        Func<DecisionView, bool>? isVisible = viewer.Has(Caller.Seers)
            ? null
            : v => v.Action is { } action ? viewer.MaySee(action.Action, action.Session, action.Agent) : viewer.MaySee(v.Burst!.Agent);
        return reader.DecisionsAsync(filter with { IsVisible = isVisible }, before, limit);
    }

    public string NameOf(PersonId person) => roster.Person(person)?.DisplayName ?? person.ToString();

    internal static async Task<IResult> ListAsync(Api api, DecisionLists lists)
    {
        var request = api.Context.Request;
        var (paging, person, verdict) = (Query.Paging(request), Query.Id(request, "personId"), Query.Choice<SaidVerdict>(request, "verdict"));
        var (only, hour, days) = (Query.Choice<DecisionFactKind>(request, "only"), Query.Integer(request, "hour", -1, 0, 23), Query.Days(request, "from", "to"));
        PersonId? whose = person.Value is { } id ? new(id) : null;
        if ((person.Refusal ?? RefusalFor(api.Person, whose) ?? paging.Refusal ?? verdict.Refusal ?? only.Refusal ?? hour.Refusal ?? days.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var filter = new DecisionFilter(
            only.Value ?? DecisionFactKind.Said, whose, verdict.Value is { } said ? said == SaidVerdict.Approve : null, hour.Value < 0 ? null : (int)hour.Value, days.Value);
        var page = await lists.PageAsync(filter, api.Person, paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<DecisionListing>([.. page.Items.Select(lists.Of)], page.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    private DecisionListing Of(DecisionView view)
    {
        var (fact, action, burst) = view;
        return new(Ref(fact.Person), fact.IsYes ? SaidVerdict.Approve : SaidVerdict.Deny, fact.At, AgentRef.Of(action?.Agent ?? burst!.Agent),
            action?.Action.Type ?? burst!.Burst.Type, action?.Action.Id, burst?.Burst.Id, fact.Other is { } other ? Ref(other) : null);
    }

    private PersonRef Ref(PersonId person) => PersonRef.Of(person, NameOf(person));
}
