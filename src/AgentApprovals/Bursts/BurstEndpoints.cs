using System.Globalization;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Bursts;

/// <summary>Bursts can be looked at and denied as a whole; approving is one by one, each with its own digest.</summary>
public static class BurstEndpoints
{
    private const int MostText = 4000;

    public static void MapBursts(this RouteGroupBuilder api)
    {
        var all = api.MapGroup("/bursts").WithTags("Deciding").RequireAuthorization(SecuritySetup.People);
        all.MapGet("/", ListAsync).Produces<ListDocument<BurstDocument>>().WithSummary("Bursts, newest first.");
        var people = all.MapGroup("/{id:guid}");
        people.MapGet("/", ShowAsync).Produces<BurstDocument>().WithSummary("Many like actions of one agent in a short time.");
        people.MapPost("/deny", DenyAsync).Accepts<DenyBurstRequest>("application/json").Produces<BurstDocument>()
            .WithSummary("Deny its members, and like ones on arrival until it closes.");
    }

    private static async Task<IResult> ListAsync(Api api)
    {
        var paging = Query.Paging(api.Context.Request);
        var agentId = Query.Id(api.Context.Request, "agentId");
        var opened = Query.Days(api.Context.Request, "openedFrom", "openedTo");
        if ((paging.Refusal ?? agentId.Refusal ?? opened.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var agent = agentId.Value is { } id ? await api.Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id))) : null;
        if (agentId.Value is not null && agent is null)
            return Api.Ok(new ListDocument<BurstDocument>([], null));
        var page = await api.Reader.BurstsAsync(agent?.Sequence, api.Person, paging.Value.Before, paging.Value.Limit, opened.Value);
        return Api.Ok(new ListDocument<BurstDocument>([.. page.Items.Select(BurstDocument.Of)], page.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> ShowAsync(Guid id, Api api, BurstDenials bursts) =>
        await api.Reader.BurstAsync(new(id)) is { } view && await bursts.MaySeeAsync(view, api.Person)
            ? Api.Ok(BurstDocument.Of(view))
            : api.Refuse(Refusals.NotFound);

    private static Task<IResult> DenyAsync(Guid id, Api api, BurstDenials bursts, Data.Ledger.Ledger ledger) => api.WithBodyAsync(
        body => body.Text("comment", MostText, required: true) ?? "",
        async comment =>
        {
            var order = await bursts.OrderAsync(api.Actor, api.Person, new(id), comment);
            var denied = order.Refusal is null ? await ledger.CommitAsync(order.Value!) : order.Refusal;
            if (denied.Refusal is { } refusal)
                return api.Refuse(refusal);
            await bursts.FinishAsync(denied.Value!);
            return Api.Ok(BurstDocument.Of((await api.Reader.BurstAsync(new(id)))!));
        },
        async () => (await bursts.OrderAsync(api.Actor, api.Person, new(id), "")).Refusal);
}

/// <summary>The body of a burst's no.</summary>
public sealed record DenyBurstRequest(string Comment);
