using System.Net;

namespace AgentApprovals.Client;

/// <summary>The console refused (its RFC 9457 problem), did not answer, or answered what no console answers.</summary>
public sealed class AgentApprovalsException : Exception
{
    private static readonly Dictionary<string, string[]> NoErrors = [];

    /// <summary>A refusal.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>, or a later one.</param>
    /// <param name="status">Null: there was no answer.</param>
    /// <param name="message">The console's own words, for a person.</param>
    /// <param name="inner">What it came of.</param>
    public AgentApprovalsException(string code, HttpStatusCode? status, string message, Exception? inner = null) : base($"{code}: {message}", inner) => (Code, Status) = (code, status);

    /// <summary>Stable and snake_case: one of <see cref="ErrorCodes"/>, or one that is younger than this client.</summary>
    public string Code { get; }

    /// <summary>Null: there was no answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>For 400: field to messages. Empty else.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = NoErrors;

    /// <summary>How long the console asks to be left alone; null where it says nothing of it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>For <see cref="ErrorCodes.InstructionsStale"/>: the standing instructions as they are now.</summary>
    public InstructionsDocument? Instructions { get; init; }

    /// <summary>A person or a limit cut the session, the agent or everything off. Nothing will be let in again without a person.</summary>
    public bool IsStopped => Code is ErrorCodes.SessionStopped or ErrorCodes.AgentStopped or ErrorCodes.EverythingStopped;

    /// <summary>The session is over: stopped, ended or expired. Whatever waited of it is settled, and none of its calls will be let in.</summary>
    public bool IsOver => Code is ErrorCodes.SessionStopped or ErrorCodes.SessionEnded or ErrorCodes.TokenExpired;

    /// <summary>The same may be answered otherwise a little later.</summary>
    public bool IsTransient => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    internal static AgentApprovalsException Unexpected(string message, HttpStatusCode? status = HttpStatusCode.OK, Exception? inner = null) =>
        new(ErrorCodes.UnexpectedAnswer, status, message, inner);
}
