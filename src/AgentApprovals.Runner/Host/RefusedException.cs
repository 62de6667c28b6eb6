namespace AgentApprovals.Runner.Host;

/// <summary>The runner does not start: it can't give what was asked for. The message says what to do.</summary>
internal sealed class RefusedException(string message, int exitCode = RefusedException.CannotRun) : Exception(message)
{
    /// <summary>As env(1), timeout(1) and docker have it: the tool itself failed, not what it should have run.</summary>
    public const int CannotRun = 125;

    public const int CommandNotFound = 127;

    public int ExitCode => exitCode;
}
