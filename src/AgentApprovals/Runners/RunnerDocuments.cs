using System.Text.Json;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Runners;

/// <summary>Runners as people and scripts are shown them: what is in the ledger, and how the console stands with them now.</summary>
public sealed class RunnerDocuments(RunnerLeases leases)
{
    /// <summary>Null for a session that no runner opened.</summary>
    public RunnerDocument? Of(SessionState session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Runner is not { } runner)
            return null;
        var standing = leases.Of(session);
        return new(runner.Host, Name(runner.Mechanism), runner.Isolated, standing.ExpiresAt.ToDateTimeOffset(), Name(standing.Contact));
    }

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
