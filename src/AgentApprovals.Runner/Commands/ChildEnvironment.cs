using System.Collections;
using AgentApprovals.Client;

namespace AgentApprovals.Runner.Commands;

/// <summary>What the child finds in its environment.</summary>
internal static class ChildEnvironment
{
    /// <summary>The runner's own environment, without what would hand on a secret or lead an isolated child to a proxy it can't reach, and the three names of its session.</summary>
    public static Dictionary<string, string> Build(IDictionary inherited, string url, SessionDocument session, string key, bool isolated)
    {
        var result = new Dictionary<string, string>();
        foreach (DictionaryEntry entry in inherited)
        {
            var (name, value) = ((string)entry.Key, (string?)entry.Value ?? "");
            if (value.Contains(key, StringComparison.Ordinal) || name.StartsWith("AGENT_APPROVALS_", StringComparison.Ordinal))
                continue;
            if (isolated && name.ToUpperInvariant() is ("HTTP_PROXY" or "HTTPS_PROXY" or "ALL_PROXY"))
                continue;
            result[name] = value;
        }

        result[AgentApprovalsOptions.AddressVariable] = url;
        result[AgentApprovalsOptions.SessionIdVariable] = session.Id.ToString();
        result[AgentApprovalsOptions.SessionTokenVariable] = session.Token!;
        return result;
    }
}
