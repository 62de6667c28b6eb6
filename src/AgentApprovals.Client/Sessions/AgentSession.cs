using System.Net;
using System.Security.Cryptography;

namespace AgentApprovals.Client;

/// <summary>
/// One run of an agent on behalf of a person: it asks, waits, redeems, reports. Safe for use by many threads. Disposing of it ends the
/// renewing and nothing else; <see cref="EndAsync"/> ends the run.
/// </summary>
public sealed partial class AgentSession : IAsyncDisposable
{
    /// <summary>As long as the console waits for a target's answer that another call began to wait for.</summary>
    private static readonly TimeSpan LongestSending = TimeSpan.FromSeconds(60);

    private readonly AgentApprovalsClient _client;
    private readonly Renewing? _renewing;
    private readonly CancellationTokenSource _over = new();
    private volatile SessionDocument _document;
    private volatile string? _acknowledged;

    internal AgentSession(AgentApprovalsClient client, string token, SessionDocument document, Renewing? renewing)
    {
        (_client, Token, _document, _renewing) = (client, token, document, renewing);
        _renewing?.Begin(d => _document = d with { Instructions = d.Instructions ?? _document.Instructions }, e => Heed(e));
        Over = _over.Token;
    }

    /// <summary>The session's id.</summary>
    public Guid Id => _document.Id;

    /// <summary>The token of this run (<c>aas_…</c>), for the gateway. It is a credential: not to be logged.</summary>
    public string Token { get; }

    /// <summary>The session as the console told it last.</summary>
    public SessionDocument Document => _document;

    /// <summary>What the agent must heed, as the console told it last; it belongs into every turn of the conversation.</summary>
    public InstructionsDocument? Instructions => _document.Instructions;

    /// <summary>Cancelled once a call was told that this run is over: stopped, ended or expired. Whatever the agent is doing had better end with it.</summary>
    public CancellationToken Over { get; }

    /// <summary>Says that the agent has read these instructions: their digest goes with all that is asked from here on.</summary>
    /// <param name="instructions">The very ones that were read.</param>
    public void Acknowledge(InstructionsDocument instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        _acknowledged = instructions.Digest;
    }

    /// <summary>Asks. The action is held until its fate is settled; a denied one is an answer as well, not an exception.</summary>
    /// <param name="request">What the agent wants to do.</param>
    /// <param name="idempotencyKey">The same key and request make one action, however often they are sent. Null: minted for this call.</param>
    /// <param name="cancel">Gives up waiting for the answer; the action may be there all the same.</param>
    public Task<ActionDocument> SubmitAsync(SubmitRequest request, string? idempotencyKey = null, CancellationToken cancel = default) =>
        SendAsync<ActionDocument>(new(HttpMethod.Post, "actions", Token) { Body = Acknowledged(request), Key = idempotencyKey ?? NewKey(), Expects = HttpStatusCode.Created }, cancel);

    /// <summary>What would happen: nothing is asked, and nothing changes.</summary>
    /// <param name="request">What the agent may want to do.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ActionDocument> PreviewAsync(SubmitRequest request, CancellationToken cancel = default) =>
        SendAsync<ActionDocument>(new(HttpMethod.Post, "actions?dryRun=true", Token) { Body = Acknowledged(request), IsRepeatable = true }, cancel);

    /// <summary>The action as it stands now.</summary>
    /// <param name="actionId">One of this session's.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ActionDocument> GetAsync(Guid actionId, CancellationToken cancel = default) => SendAsync<ActionDocument>(new(HttpMethod.Get, $"actions/{actionId}", Token), cancel);

    /// <summary>This session's actions, the newest first.</summary>
    /// <param name="cursor">The page before's <c>NextCursor</c>; null: the first.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ListDocument<ActionDocument>> ListAsync(string? cursor = null, int limit = 50, CancellationToken cancel = default) =>
        SendAsync<ListDocument<ActionDocument>>(new(HttpMethod.Get, Page("actions", cursor, limit), Token), cancel);

    /// <summary>
    /// Waits until the action is neither <see cref="ActionStatus.Pending"/> nor <see cref="ActionStatus.Approved"/>, however long people take,
    /// over restarts of the console and lost lines.
    /// </summary>
    /// <exception cref="AgentApprovalsException">The session was stopped or is over, or the answer was none to act on.</exception>
    /// <param name="actionId">One of this session's.</param>
    /// <param name="cancel">Gives up; the action stays as it is.</param>
    public Task<ActionDocument> WaitAsync(Guid actionId, CancellationToken cancel = default) => WaitAsync(actionId, new Talk(this, null), cancel);

    /// <summary>
    /// Takes the right to execute a released action, once. What is to be executed is the answer's payload, and nothing else. What the gateway
    /// held is executed by it: <see cref="SendHeldAsync"/>.
    /// </summary>
    /// <param name="actionId">One of this session's.</param>
    /// <param name="idempotencyKey">The same key gives the same permit again. Null: minted for this call.</param>
    /// <param name="cancel">Gives up waiting for the answer; it may be redeemed all the same.</param>
    public Task<RedeemDocument> RedeemAsync(Guid actionId, string? idempotencyKey = null, CancellationToken cancel = default) =>
        SendAsync<RedeemDocument>(new(HttpMethod.Post, $"actions/{actionId}/redeem", Token) { Key = idempotencyKey ?? NewKey() }, cancel);

    /// <summary>
    /// Has the gateway send a released request that it held, once, and gives the target's answer. Asked again, it gives the same answer and sends nothing.
    /// </summary>
    /// <param name="actionId">The one that the gateway's 202 names.</param>
    /// <param name="cancel">Gives up waiting for the answer; it may be sent all the same.</param>
    public Task<SentDocument> SendHeldAsync(Guid actionId, CancellationToken cancel = default) =>
        SendAsync<SentDocument>(new(HttpMethod.Post, $"actions/{actionId}/redeem", Token) { IsRepeatable = true, Wait = LongestSending }, cancel);

    /// <summary>Says how the execution went. What nobody knows is not reported: the console counts it as unknown by itself.</summary>
    /// <param name="actionId">One that was redeemed.</param>
    /// <param name="outcome"><see cref="Outcome.Succeeded"/> or <see cref="Outcome.Failed"/>.</param>
    /// <param name="detail">At most 4,000 characters.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ActionDocument> ReportAsync(Guid actionId, Outcome outcome, string? detail = null, CancellationToken cancel = default) =>
        outcome is Outcome.Succeeded or Outcome.Failed
            ? SendAsync<ActionDocument>(
                new(HttpMethod.Post, $"actions/{actionId}/result", Token) { Body = new ResultRequest(outcome == Outcome.Succeeded ? "succeeded" : "failed", detail), IsRepeatable = true }, cancel)
            : throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Only what is known is reported.");

    /// <summary>Takes back what waits.</summary>
    /// <param name="actionId">One of this session's.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ActionDocument> WithdrawAsync(Guid actionId, CancellationToken cancel = default) => SendAsync<ActionDocument>(new(HttpMethod.Delete, $"actions/{actionId}", Token), cancel);

    /// <summary>What was said about an action, in the order in which it was said.</summary>
    /// <param name="actionId">One of this session's.</param>
    /// <param name="cursor">The page before's <c>NextCursor</c>; null: the first.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ListDocument<MessageDocument>> MessagesAsync(Guid actionId, string? cursor = null, CancellationToken cancel = default) =>
        SendAsync<ListDocument<MessageDocument>>(new(HttpMethod.Get, Page($"actions/{actionId}/messages", cursor, 200), Token), cancel);

    /// <summary>Answers what a reviewer asked. The status stays. Never sent twice, for it would be said twice.</summary>
    /// <param name="actionId">One of this session's.</param>
    /// <param name="text">At most 4,000 characters.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<MessageDocument> AnswerAsync(Guid actionId, string text, CancellationToken cancel = default) =>
        SendAsync<MessageDocument>(new(HttpMethod.Post, $"actions/{actionId}/messages", Token) { Body = new MessageRequest(text), Expects = HttpStatusCode.Created }, cancel);

    /// <summary>The session and its standing instructions as they are now.</summary>
    /// <param name="cancel">Gives up.</param>
    public Task<SessionDocument> RefreshAsync(CancellationToken cancel = default) => UpdateAsync(new(HttpMethod.Get, "sessions/current", Token), cancel);

    /// <summary>The agent's context was compacted: hands it the standing instructions again. From here on a person looks at everything of this session.</summary>
    /// <param name="cancel">Gives up.</param>
    public async Task<InstructionsDocument> CompactedAsync(CancellationToken cancel = default)
    {
        _acknowledged = null;
        return (await UpdateAsync(new(HttpMethod.Post, "sessions/current/compacted", Token) { IsRepeatable = true }, cancel)).Instructions
            ?? throw AgentApprovalsException.Unexpected("There are no instructions in the answer.");
    }

    /// <summary>Ends the run: what waits of it is cancelled. One that is over already is left as it is.</summary>
    /// <param name="cancel">Gives up.</param>
    public async Task EndAsync(CancellationToken cancel = default)
    {
        try
        {
            await _client.SendAsync(new(HttpMethod.Delete, "sessions/current", Token) { IsRepeatable = true, Expects = HttpStatusCode.NoContent }, cancel);
        }
        catch (AgentApprovalsException e) when (e.IsOver)
        {
            // As it should be.
        }

        await _over.CancelAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_renewing is not null)
            await _renewing.DisposeAsync();
    }

    internal static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static string Page(string path, string? cursor, int limit) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}?limit={limit}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");

    private SubmitRequest Acknowledged(SubmitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.InstructionsDigest is null && _acknowledged is { } digest ? request with { InstructionsDigest = digest } : request;
    }

    private async Task<SessionDocument> UpdateAsync(Call call, CancellationToken cancel) => _document = await SendAsync<SessionDocument>(call, cancel);

    private async Task<T> SendAsync<T>(Call call, CancellationToken cancel)
    {
        try
        {
            return await _client.SendAsync<T>(call, cancel);
        }
        catch (AgentApprovalsException e) when (Heed(e))
        {
            throw;
        }
    }

    /// <summary>Whoever watches <see cref="Over"/> learns of it, whichever call was told; and instructions that are handed back are the present ones.</summary>
    private bool Heed(AgentApprovalsException refusal)
    {
        if (refusal.IsOver)
            _over.Cancel();
        if (refusal.Instructions is { } now)
            _document = _document with { Instructions = now };
        return false;
    }
}
