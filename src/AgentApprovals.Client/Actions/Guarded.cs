using System.Net;

namespace AgentApprovals.Client;

/// <summary>What became of something that was guarded: exactly one of the records in here.</summary>
public abstract record Guarded
{
    private Guarded()
    {
    }

    /// <summary>It was released, and executed with the approved payload.</summary>
    /// <param name="Action">As it was redeemed.</param>
    /// <param name="IsRecorded">
    /// The console has the result. False: it could not be told, or it had given up waiting; there the outcome is unknown, and a person settles it.
    /// </param>
    public record Executed(ActionDocument Action, bool IsRecorded) : Guarded;

    /// <inheritdoc cref="Executed"/>
    /// <typeparam name="T">What the execution gave.</typeparam>
    /// <param name="Action">As it was redeemed.</param>
    /// <param name="IsRecorded">The console has the result.</param>
    /// <param name="Value">What the execution gave.</param>
    public sealed record Executed<T>(ActionDocument Action, bool IsRecorded, T Value) : Executed(Action, IsRecorded);

    /// <summary>A person or a rule said no. Asking for the very same again is denied at once; the third such repeat stops the session.</summary>
    /// <param name="Action">The action.</param>
    /// <param name="Decision">Who said no, and in which words.</param>
    public sealed record Denied(ActionDocument Action, DecisionDocument Decision) : Guarded;

    /// <summary>Nobody decided in time, or it was not redeemed in time. Silence is never consent.</summary>
    /// <param name="Action">The action.</param>
    public sealed record Expired(ActionDocument Action) : Guarded;

    /// <summary>It was withdrawn, or its session ended or expired.</summary>
    /// <param name="Action">The action; null where the run was over before it could be asked for.</param>
    public sealed record Cancelled(ActionDocument? Action) : Guarded;

    /// <summary>A person or a limit cut the session off: nothing more of it will be let in.</summary>
    /// <param name="Action">The action; null where the run was over before it could be asked for.</param>
    public sealed record Stopped(ActionDocument? Action) : Guarded;

    /// <summary>The fate of an action that will not be released to whoever asks.</summary>
    internal static Guarded Of(ActionDocument action) => action switch
    {
        { Status: ActionStatus.Denied, Decision: { } decision } => new Denied(action, decision),
        { Status: ActionStatus.Expired } => new Expired(action),
        { Status: ActionStatus.Cancelled } => new Cancelled(action),
        { Status: ActionStatus.Stopped } => new Stopped(action),
        { Status: ActionStatus.Executing or ActionStatus.Completed or ActionStatus.Failed } =>
            throw new AgentApprovalsException(ErrorCodes.AlreadyRedeemed, HttpStatusCode.Conflict, "The action was redeemed, and not by this call."),
        _ => throw AgentApprovalsException.Unexpected($"The action is {action.Status}, and does not say why."),
    };
}

/// <summary>What the agent's own code has a say in while something is guarded.</summary>
public sealed class GuardOptions
{
    /// <summary>Told what is asked for, once it is held: for a line to the person at the screen.</summary>
    public Func<ActionDocument, CancellationToken, Task>? Submitted { get; init; }

    /// <summary>
    /// The standing instructions have changed or were never acknowledged. True: the agent has read them and asks again. Without it, or with
    /// false, <see cref="ErrorCodes.InstructionsStale"/> is thrown, and nothing was asked.
    /// </summary>
    public Func<InstructionsDocument, CancellationToken, Task<bool>>? InstructionsStale { get; init; }

    /// <summary>A reviewer asks about it; the answer, or null for none. Looked for every ten seconds while it waits.</summary>
    public Func<MessageDocument, CancellationToken, Task<string?>>? Asked { get; init; }
}

/// <summary>
/// Thrown by what is guarded, where it can't be known whether it happened: it is reported neither as succeeded nor as failed, the console
/// counts its outcome as unknown, and a person settles it.
/// </summary>
public sealed class OutcomeUnknownException : Exception
{
    /// <inheritdoc/>
    public OutcomeUnknownException()
    {
    }

    /// <inheritdoc/>
    public OutcomeUnknownException(string message) : base(message)
    {
    }

    /// <inheritdoc/>
    public OutcomeUnknownException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
