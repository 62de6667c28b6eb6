using AgentApprovals.Runner.Host;

namespace AgentApprovals.Runner.Commands;

/// <summary>What <c>agent-runner run</c> was asked for.</summary>
internal sealed record RunOptions(Uri Console, string KeyFile, string OnBehalfOf, string? Purpose, bool Isolate, bool Uncontained, string? Mechanism, IReadOnlyList<string> Command)
{
    /// <summary>Ends in a slash, so that what is relative to it lies below it.</summary>
    public static Uri ParseConsole(string url) =>
        Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? uri
            : throw new RefusedException($"{url} is no address of a console (http:// or https://)");

    /// <exception cref="RefusedException">What was asked contradicts itself.</exception>
    public void Validate()
    {
        if (Isolate && Uncontained)
            throw new RefusedException("--isolate promises what --uncontained can't keep: give one of them");
        if (Uncontained && Mechanism is not null)
            throw new RefusedException("--uncontained uses no mechanism: give one of --uncontained and --mechanism");
    }
}
