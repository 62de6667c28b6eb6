namespace AgentApprovals.Client;

public sealed partial class AgentSession
{
    private const int MostDetail = 4000;
    private const int MostReadings = 3;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReportPatience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Asks for an action, waits until it is released, redeems it, and only then executes it: with the approved payload, which a person may
    /// have edited. Then reports how it went. It fails closed: without a redeemed permit for the very payload, nothing is executed.
    /// </summary>
    /// <typeparam name="T">What the execution gives.</typeparam>
    /// <param name="request">What the agent wants to do.</param>
    /// <param name="execute">
    /// Does it, with <see cref="RedeemDocument.Payload"/>. What it throws is reported as failed and thrown on; <see cref="OutcomeUnknownException"/>
    /// and <see cref="OperationCanceledException"/> are thrown on and not reported, for then nobody knows.
    /// </param>
    /// <param name="options">Null: nothing to say.</param>
    /// <param name="cancel">Gives up: what waits is withdrawn. <paramref name="execute"/>'s own is cancelled as well once the run is known to be over.</param>
    /// <exception cref="AgentApprovalsException">It could not be asked for, or an answer was none to act on. Nothing was executed.</exception>
    public async Task<Guarded> GuardAsync<T>(SubmitRequest request, Func<RedeemDocument, CancellationToken, Task<T>> execute, GuardOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(execute);
        var (approved, fate) = await TakeAsync(request, options ?? new(), cancel);
        if (approved is null)
            return fate!;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, Over);
        T value;
        try
        {
            value = await execute(approved, end.Token);
        }
        catch (Exception e) when (e is not (OutcomeUnknownException or OperationCanceledException))
        {
            await TellAsync(approved.Action.Id, Outcome.Failed, $"{e.GetType().Name}: {e.Message}", ReportPatience);
            throw;
        }

        return new Guarded.Executed<T>(approved.Action, await TellAsync(approved.Action.Id, Outcome.Succeeded, null, ReportPatience), value);
    }

    /// <inheritdoc cref="GuardAsync{T}"/>
    public Task<Guarded> GuardAsync(SubmitRequest request, Func<RedeemDocument, CancellationToken, Task> execute, GuardOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(execute);
        return GuardAsync(request, async (approved, token) =>
        {
            await execute(approved, token);
            return true;
        }, options, cancel);
    }

    /// <summary>The leave to execute, or the fate of what got none.</summary>
    private async Task<(RedeemDocument? Approved, Guarded? Fate)> TakeAsync(SubmitRequest request, GuardOptions options, CancellationToken cancel)
    {
        var digest = Permit.DigestOf(request.Payload);
        var action = default(ActionDocument);
        try
        {
            action = Checked(await AskAsync(request, options, cancel), request, digest);
            if (options.Submitted is { } submitted)
                await submitted(action, cancel);
            return await RedeemedAsync(action, request, digest, options, cancel);
        }
        catch (AgentApprovalsException e) when (e.IsOver)
        {
            return (null, e.IsStopped ? new Guarded.Stopped(action) : new Guarded.Cancelled(action));
        }
        catch (Exception e) when (action is not null && e is not AgentApprovalsException { Code: ErrorCodes.AlreadyRedeemed })
        {
            await GiveUpAsync(action.Id, e);
            throw;
        }
    }

    /// <summary>Submits; and again where the instructions were stale, and the agent's own code says that it has read them.</summary>
    private async Task<ActionDocument> AskAsync(SubmitRequest request, GuardOptions options, CancellationToken cancel)
    {
        for (var reading = 0; ; reading++)
        {
            try
            {
                return await SubmitAsync(request, null, cancel);
            }
            catch (AgentApprovalsException e) when (reading < MostReadings && e is { Code: ErrorCodes.InstructionsStale, Instructions: not null } && options.InstructionsStale is not null)
            {
                if (!await options.InstructionsStale(e.Instructions, cancel))
                    throw;
                Acknowledge(e.Instructions);
                request = request with { InstructionsDigest = e.Instructions.Digest };
            }
        }
    }

    private async Task<(RedeemDocument? Approved, Guarded? Fate)> RedeemedAsync(ActionDocument action, SubmitRequest request, string digest, GuardOptions options, CancellationToken cancel)
    {
        var key = NewKey();
        var talk = new Talk(this, options.Asked);
        while (true)
        {
            action = Checked(await WaitAsync(action.Id, talk, cancel), request, digest);
            if (action.Status != ActionStatus.Released)
                return (null, Guarded.Of(action));
            try
            {
                var id = action.Id;
                // An answer that was lost is asked for again, under the same key: the same permit comes back.
                var redeemed = await PersistAsync(() => RedeemAsync(id, key, cancel), cancel);
                Checked(redeemed.Action, request, digest);
                return Permit.Fault(redeemed, id) is { } fault ? throw AgentApprovalsException.Unexpected(fault) : (redeemed, null);
            }
            catch (AgentApprovalsException e) when (e.Code is ErrorCodes.NotReleased or ErrorCodes.ActionExpired)
            {
                // Somebody denied it, or its time ran out, at the last moment: it is looked at again, and says how it stands.
                await Task.Delay(Breath, _client.Time, cancel);
            }
        }
    }

    private ActionDocument Checked(ActionDocument action, SubmitRequest request, string digest) =>
        Permit.Fault(action, request, Id, digest) is { } fault ? throw AgentApprovalsException.Unexpected(fault) : action;

    /// <summary>Nobody waits for it any more, and nothing was executed: says so, where that can still be said.</summary>
    private async Task GiveUpAsync(Guid actionId, Exception why)
    {
        using var limit = new CancellationTokenSource(Farewell, _client.Time);
        try
        {
            await WithdrawAsync(actionId, limit.Token);
        }
        catch (AgentApprovalsException e) when (e.Code == ErrorCodes.NotPending)
        {
            await TellAsync(actionId, Outcome.Failed, $"Not executed: {why.Message}", Farewell);
        }
        catch (Exception e) when (e is AgentApprovalsException or OperationCanceledException)
        {
            // It expires by itself.
        }
    }

    /// <summary>Whether the console has the result.</summary>
    private async Task<bool> TellAsync(Guid actionId, Outcome outcome, string? detail, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, _client.Time);
        detail = detail?.Replace("\0", "", StringComparison.Ordinal);
        try
        {
            var told = await PersistAsync(() => ReportAsync(actionId, outcome, detail?.Length > MostDetail ? detail[..MostDetail] : detail, limit.Token), limit.Token);
            return told.Outcome == outcome;
        }
        catch (Exception e) when (e is AgentApprovalsException or OperationCanceledException)
        {
            return false;
        }
    }
}
