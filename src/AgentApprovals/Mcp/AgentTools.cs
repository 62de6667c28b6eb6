using System.Text.Json;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Live;
using AgentApprovals.Policies;
using ModelContextProtocol.Protocol;

namespace AgentApprovals.Mcp;

/// <summary>What a tool answers with.</summary>
/// <param name="Permit">There once the action may be executed; proof for a target system.</param>
/// <param name="Payload">There with the permit: what to execute.</param>
public sealed record ToolAnswer(ActionDocument Action, string? Permit = null, JsonElement? Payload = null);

/// <summary>Our own tools, over the same commands as the REST API: no rule of its own stands here.</summary>
public sealed class AgentTools(Data.Ledger.Ledger ledger, Reader reader, ActionDocuments documents, PresentCatalogue catalogue, LongPoll longPoll, Permits permits)
{
    /// <summary>Runs a tool for the session that called it. A refusal, also of a stop that came meanwhile, is the tool's result, so that the model reads it.</summary>
    public async Task<CallToolResult> CallAsync(SessionActor actor, string name, IDictionary<string, JsonElement>? arguments, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var body = JsonSerializer.SerializeToElement(arguments ?? new Dictionary<string, JsonElement>());
        if (IJson.Check(JsonSerializer.SerializeToUtf8Bytes(body), nulAllowedIn: "payload") is { } fault)
            return Error(Refusals.Invalid(fault.Path.Length == 0 ? "$" : fault.Path, fault.Message));
        var fields = new Fields(body);
        try
        {
            var answer = name switch
            {
                AgentTool.RequestApproval => await RequestAsync(actor, fields),
                AgentTool.GetAction => await GetAsync(actor, fields),
                AgentTool.WaitForDecision => await WaitAsync(actor, fields, cancel),
                AgentTool.ReportResult => await ReportAsync(actor, fields),
                _ => Refusals.NotFound,
            };
            return answer.Refusal is { } refusal ? Error(refusal) : Result(answer.Value!, Api.Json, isError: false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Error(Problems.Of(e));
        }
    }

    private async Task<Result<ToolAnswer>> RequestAsync(SessionActor actor, Fields fields)
    {
        var key = fields.Text("idempotencyKey", 128);
        var asked = ActionEndpoints.ReadSubmission(fields, actor, key is null ? null : Idempotency.Of(key, $"{actor.Session} {AgentTool.RequestApproval}", fields.Value));
        if (!fields.IsValid)
            return fields.Refusal;
        return await AnswerAsync(await ledger.CommitAsync(asked with { Payload = asked.Payload.FittedTo((await catalogue.GetAsync()).Find(asked.Type)) }));
    }

    private async Task<Result<ToolAnswer>> GetAsync(SessionActor actor, Fields fields) =>
        await OwnAsync(actor, Id(fields), fields) is var own && own.Refusal is { } refusal
            ? refusal
            : new ToolAnswer(await documents.OfAsync(own.Value!, forAgent: true));

    private async Task<Result<ToolAnswer>> WaitAsync(SessionActor actor, Fields fields, CancellationToken cancel)
    {
        var id = Id(fields);
        var seconds = fields.Integer("seconds", 50, 1, AgentTool.LongestWait);
        var own = await OwnAsync(actor, id, fields);
        if (own.Refusal is { } refusal)
            return refusal;
        var waited = await longPoll.WaitAsync(own.Value!, TimeSpan.FromSeconds(seconds), cancel);
        if (waited.Refusal is { } stopped)
            return stopped;
        if (waited.Value!.Action.Status is not (ActionStatus.Released or ActionStatus.Executing))
            return new ToolAnswer(await documents.OfAsync(waited.Value, forAgent: true));
        // The key is the action's own, so a call whose answer was lost is given the same permit again.
        var redeemed = await ledger.CommitAsync(new Redeem(actor, new(id), Idempotency.Of(AgentTool.WaitForDecision, $"{actor.Session} redeem {id}", JsonElement.Parse("{}"))));
        if (redeemed.Refusal is { } late)
            return late;
        var document = await documents.OfAsync(redeemed.Value!, forAgent: true);
        return new ToolAnswer(document, permits.Of(redeemed.Value!.Action), document.Payload);
    }

    private async Task<Result<ToolAnswer>> ReportAsync(SessionActor actor, Fields fields)
    {
        var id = Id(fields);
        var outcome = fields.Choice<Outcome>("outcome", required: true);
        if (outcome == Outcome.Unknown)
            fields.Fault("outcome", "succeeded or failed is expected.");
        var detail = fields.Text("detail", 4000);
        return fields.IsValid ? await AnswerAsync(await ledger.CommitAsync(new ReportResult(actor, new(id), outcome!.Value, detail))) : fields.Refusal;
    }

    private async Task<Result<ToolAnswer>> AnswerAsync(Result<ActionReply> reply) =>
        reply.Refusal is { } refusal ? refusal : new ToolAnswer(await documents.OfAsync(reply.Value!, forAgent: true));

    private async Task<Result<ActionView>> OwnAsync(SessionActor actor, Guid id, Fields fields)
    {
        if (!fields.IsValid)
            return fields.Refusal;
        return await reader.ActionAsync(new(id)) is { } view && view.Session.Id == actor.Session ? view : Refusals.NotFound;
    }

    private static Guid Id(Fields fields)
    {
        var text = fields.RequiredText("id", 36);
        if (!Guid.TryParseExact(text, "D", out var id) && text.Length > 0)
            fields.Fault("id", "An id is expected.");
        return id;
    }

    internal static CallToolResult Error(Refusal refusal) => Result(Problems.Details(refusal), JsonSerializerOptions.Web, isError: true);

    internal static CallToolResult Result<T>(T value, JsonSerializerOptions options, bool isError)
    {
        var json = JsonSerializer.SerializeToElement(value, options);
        return new() { Content = [new TextContentBlock { Text = json.GetRawText() }], StructuredContent = json, IsError = isError };
    }
}
