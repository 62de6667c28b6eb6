using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using AgentApprovals.Stops;

namespace AgentApprovals.Console.Plain;

/// <summary>The receipts of stops: one, and all that the person may see.</summary>
internal static class ReceiptPages
{
    private const int PageSize = 30;

    public static void MapReceiptPages(this RouteGroupBuilder pages)
    {
        var people = pages.MapGroup("/stops").RequireAuthorization(SecuritySetup.People);
        people.MapGet("/", ListAsync);
        people.MapGet("/{id:guid}", ShowAsync);
        people.MapPost("/{id:guid}/resume", ResumeAsync).RequireToken();
        people.MapPost("/{id:guid}/reason", ExplainAsync).RequireToken();
    }

    private static async Task<IResult> ShowAsync(Guid id, Api api, StopReader stops, ReceiptReading reading) => await stops.SeenAsync(api.Person, new(id)) is { } stop
        ? Show(await reading.ReadAsync(stop, api.Person), api.Context.Request.Query.ContainsKey("hold"))
        : NoticePage.Of("Receipt", 404);

    private static async Task<IResult> ResumeAsync(Guid id, Api api, StopReader stops, ReceiptReading reading, Data.Ledger.Ledger ledger)
    {
        if (await stops.SeenAsync(api.Person, new(id)) is not { } stop)
            return NoticePage.Of("Receipt", 404);
        var receipt = await reading.ReadAsync(stop, api.Person);
        if (receipt.Next == NextStep.Lifted)
            return Forms.SeeOther(api.Context, $"/stops/{id}");
        if (receipt.Next != NextStep.Resume)
            return NoticePage.Of("Forbidden", 403);
        if (await api.Context.Request.FieldAsync("reason") is not { } reason)
            return Show(receipt with { LacksReason = true }, false, 400);
        var resumed = await ledger.CommitAsync(new Resume(api.Actor, stop.Scope == StopScope.Agent ? new AgentId(stop.TargetId!.Value) : null, reason.AtMost(2000)));
        return resumed.Refusal switch
        {
            null => Forms.SeeOther(api.Context, $"/stops/{id}"),
            { Status: >= 500 } => NoticePage.Of("Unavailable", 503),
            _ => NoticePage.Of("Forbidden", 403),
        };
    }

    private static async Task<IResult> ExplainAsync(Guid id, Api api, StopReader stops, Data.Ledger.Ledger ledger)
    {
        if (await stops.SeenAsync(api.Person, new(id)) is null)
            return NoticePage.Of("Receipt", 404);
        if (await api.Context.Request.FieldAsync("reason") is not { } reason)
            return Forms.SeeOther(api.Context, $"/stops/{id}");
        var explained = await ledger.CommitAsync(new ExplainStop(api.Actor, new(id), reason.AtMost(2000)));
        return explained.Refusal switch
        {
            // Said already, on another page: the receipt shows it.
            null or { Status: 409 } => Forms.SeeOther(api.Context, $"/stops/{id}"),
            { Status: >= 500 } => NoticePage.Of("Unavailable", 503),
            _ => NoticePage.Of("Forbidden", 403),
        };
    }

    private static async Task<IResult> ListAsync(Api api, StopReader stops)
    {
        var paging = Query.Paging(api.Context.Request);
        var days = Query.Days(api.Context.Request, "from", "to");
        if ((paging.Refusal ?? days.Refusal) is not null)
            return NoticePage.Of("Missing", 404);
        return Forms.Page<StopsPage>(new { Stops = await stops.SeenAsync(api.Person, paging.Value.Before, PageSize, days.Value), Days = days.Value });
    }

    private static IResult Show(ReceiptModel model, bool isHeld, int status = 200) => Forms.Page<ReceiptPage>(new { Model = model, IsHeld = isHeld }, status);
}
