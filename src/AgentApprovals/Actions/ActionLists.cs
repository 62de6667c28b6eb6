using System.Globalization;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Actions;

/// <summary>Lists of actions, narrowed by what the figures of risk count.</summary>
internal static class ActionLists
{
    public static async Task<IResult> ListAsync(Api api, ActionDocuments documents)
    {
        var request = api.Context.Request;
        var paging = Query.Paging(request);
        var agentId = Query.Id(request, "agentId");
        var sessionId = Query.Id(request, "sessionId");
        var burstId = Query.Id(request, "burstId");
        var asked = Filter(request);
        if ((paging.Refusal ?? agentId.Refusal ?? sessionId.Refusal ?? burstId.Refusal ?? asked.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var own = api.IsPerson ? (SessionId?)null : api.SessionId;
        var agent = agentId.Value is { } a ? await api.Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(g => g.Id == new AgentId(a))) : null;
        var wanted = sessionId.Value is { } s ? new SessionId(s) : own;
        var session = wanted is { } w ? await api.Reader.LookAsync(db => db.Sessions.SingleOrDefaultAsync(x => x.Id == w)) : null;
        var burst = burstId.Value is { } b ? await api.Reader.LookAsync(db => db.Bursts.SingleOrDefaultAsync(x => x.Id == new BurstId(b))) : null;
        var isNothing = (agentId.Value is not null && agent is null) || (wanted is not null && session is null)
            || (own is not null && wanted != own) || (burstId.Value is not null && burst is null);
        if (isNothing)
            return Api.Ok(new ListDocument<ActionDocument>([], null));
        var person = api.IsPerson ? api.Person : null;
        var filter = asked.Value! with
        {
            AgentSequence = agent?.Sequence,
            SessionSequence = session?.Sequence,
            BurstSequence = burst?.Sequence,
            IsVisible = person is null || person.Has(Caller.Seers) ? null : v => person.MaySee(v.Action, v.Session, v.Agent),
        };
        var page = await api.Reader.ActionsAsync(filter, paging.Value.Before, paging.Value.Limit);
        return Api.Ok(new ListDocument<ActionDocument>(await documents.OfAsync(page.Items, !api.IsPerson), page.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>What the query says of the actions themselves.</summary>
    private static Result<ActionFilter> Filter(HttpRequest request)
    {
        var statuses = Query.Choices<ActionStatus>(request, "status");
        var directed = Query.Choices<Directed>(request, "directed");
        var (inBurst, ruled, permitted, unanswered) = (Query.Flag(request, "inBurst"), Query.Flag(request, "ruled"), Query.Flag(request, "permitted"), Query.Flag(request, "unanswered"));
        var decidedAfter = Query.Integer(request, "decidedAfterSeconds", -1, 0, int.MaxValue);
        var (submitted, ended) = (Query.Days(request, "submittedFrom", "submittedTo"), Query.Days(request, "endedFrom", "endedTo"));
        if ((statuses.Refusal ?? directed.Refusal ?? inBurst.Refusal ?? ruled.Refusal ?? permitted.Refusal ?? unanswered.Refusal ?? decidedAfter.Refusal ?? submitted.Refusal ?? ended.Refusal) is { } refusal)
            return refusal;
        return new ActionFilter(
            statuses.Value,
            request.Query["type"].FirstOrDefault() is { Length: > 0 } type ? type : null,
            Directed: directed.Value,
            InBurst: inBurst.Value,
            Ruled: ruled.Value,
            Permitted: permitted.Value,
            Unanswered: unanswered.Value == true,
            DecidedAfterMs: decidedAfter.Value < 0 ? null : decidedAfter.Value * 1000,
            Submitted: submitted.Value,
            Ended: ended.Value);
    }
}
