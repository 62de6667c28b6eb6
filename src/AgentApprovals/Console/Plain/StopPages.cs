using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Security;
using AgentApprovals.Stops;
using Microsoft.AspNetCore.Http.Extensions;

namespace AgentApprovals.Console.Plain;

/// <summary>The stop page. GET never stops anything: mail scanners follow links.</summary>
internal static class StopPages
{
    private const int ReasonLength = 2000;

    public static void MapStopPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/stop", ShowAsync).RequireAuthorization(SecuritySetup.People);
        // Whoever is not signed in any more is sent to sign in by the handler, and back to this very page.
        pages.MapPost("/stop", OrderAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, StopReading reading) =>
        await ReadAsync(http, reading) is { } model ? Show(model, 200) : NoticePage.Of("Target", 404);

    private static async Task<IResult> OrderAsync(HttpContext http, StopReading reading, StopOrders orders)
    {
        if (Visitor.ActorOf(http) is not { } actor || Visitor.Of(http) is null)
            return Forms.SeeOther(http, Forms.SignInAddress(AddressOf(http.Request, signedOut: true)));
        if (!await Forms.IsFromHereAsync(http))
            return await AgainAsync(http, reading, StopNotice.NotOurs, 400);
        if (StopAim.Parse(await http.Request.FieldAsync("target")) is not { } target)
            return await AgainAsync(http, reading, StopNotice.NothingChosen, 400);
        var reason = await http.Request.FieldAsync("reason");
        var isDrill = await http.Request.FieldAsync("drill") is not null;
        if (isDrill && target.Scope != StopScope.Agent)
            return await AgainAsync(http, reading, StopNotice.NoDrill, 400);
        Result<StopState> stopped;
        try
        {
            stopped = await orders.OrderAsync(new(actor, target.Scope, target.Id, reason?.AtMost(ReasonLength), isDrill));
        }
        catch (LedgerUnavailableException)
        {
            stopped = Refusals.Unavailable;
        }

        return stopped.Refusal switch
        {
            null => Forms.SeeOther(http, $"/stops/{stopped.Value!.Id}"),
            { Status: 400 } => await AgainAsync(http, reading, StopNotice.NoDrill, 400),
            { Status: 401 } => Forms.SeeOther(http, Forms.SignInAddress(AddressOf(http.Request, signedOut: true))),
            { Status: 403 } => NoticePage.Of("NotYours", 403),
            { Status: 404 } => NoticePage.Of("Target", 404),
            _ => await AgainAsync(http, reading, StopNotice.NotRecorded, 503),
        };
    }

    /// <summary>The page once more, with what was chosen and why it was not done.</summary>
    private static async Task<IResult> AgainAsync(HttpContext http, StopReading reading, StopNotice notice, int status)
    {
        if (await ReadAsync(http, reading) is not { } model)
            return NoticePage.Of("Target", 404);
        var chosen = StopAim.Parse(await http.Request.FieldAsync("target"));
        if (chosen is { } target && model.Choices.All(c => c.Target != target))
            model = model with { Choices = [new(target), .. model.Choices] };
        return Show(model with { Notice = notice, Chosen = chosen ?? model.Chosen, Reason = await http.Request.FieldAsync("reason"), IsDrill = await http.Request.FieldAsync("drill") is not null }, status);
    }

    private static async Task<StopModel?> ReadAsync(HttpContext http, StopReading reading)
    {
        var query = http.Request.Query;
        var (hasAgent, agent) = Id(query["agent"]);
        var (hasSession, session) = Id(query["session"]);
        if ((hasAgent && agent is null) || (hasSession && session is null))
            return null;
        var search = query["q"].ToString().Trim().AtMost(100);
        var model = await reading.ReadAsync(Visitor.Of(http)!, AddressOf(http.Request, signedOut: false), agent, session, search.Length == 0 ? null : search);
        return query.ContainsKey("signedOut") && model is not null ? model with { Notice = StopNotice.SignedOut } : model;
    }

    private static (bool IsGiven, Guid? Id) Id(string? text) =>
        string.IsNullOrEmpty(text) ? (false, null) : (true, Guid.TryParse(text, out var id) ? id : null);

    /// <summary>The page with what it was asked about, and nothing else of the request.</summary>
    private static string AddressOf(HttpRequest request, bool signedOut)
    {
        var query = new QueryBuilder();
        foreach (var name in new[] { "agent", "session", "q" })
        {
            if (request.Query[name].ToString() is { Length: > 0 and <= 100 } value)
                query.Add(name, value);
        }

        if (signedOut)
            query.Add("signedOut", "1");
        return "/stop" + query;
    }

    private static IResult Show(StopModel model, int status) => Forms.Page<StopPage>(new { Model = model }, status);
}
