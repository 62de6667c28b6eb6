using System.Globalization;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Agents;

namespace AgentApprovals.Console.Agents;

/// <summary>An agent's settings as somebody types them. Only what they changed is sent, so that two people who change different things do not undo each other.</summary>
public sealed class AgentDraft
{
    private readonly Dictionary<string, string> _texts;
    private readonly Dictionary<string, bool> _flags;

    public AgentDraft(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        _texts = Texts(agent);
        _flags = Flags(agent);
    }

    /// <summary>The limits, in the order they are shown.</summary>
    public static IReadOnlyList<string> Limits { get; } = ["maxPending", "maxActionsPerMinute", "maxSessions", "sessionSeconds", "maxSessionSeconds", "leaseSeconds"];

    public static IReadOnlyList<string> Switches { get; } = ["requiresInstructionsDigest", "requiresRunner", "stopOnBypass", "isTest"];

    public string this[string name]
    {
        get => _texts[name];
        set => _texts[name] = value;
    }

    public bool Is(string name) => _flags[name];

    public void Set(string name, bool value) => _flags[name] = value;

    /// <summary>What differs from <paramref name="agent"/>, as a merge patch (RFC 7396).</summary>
    public JsonObject Patch(AgentState agent)
    {
        var patch = new JsonObject();
        var limits = new JsonObject();
        foreach (var (name, _) in Changed(_texts, Texts(agent)))
        {
            if (Limits.Contains(name))
                limits[name] = FormBody.Number(_texts[name]);
            else
                patch[name] = name is "actsFor" or "labels" ? FormBody.List(_texts[name]) : string.IsNullOrWhiteSpace(_texts[name]) ? null : _texts[name].Trim();
        }

        foreach (var (name, value) in Changed(_flags, Flags(agent)))
            patch[name] = value;
        if (limits.Count > 0)
            patch["limits"] = limits;
        return patch;
    }

    /// <summary>Takes over what somebody else changed from <paramref name="before"/> on, and keeps what was typed.</summary>
    public void Follow(AgentState before, AgentState now)
    {
        foreach (var (name, value) in Changed(Texts(now), Texts(before)).Where(c => _texts[c.Key] == Texts(before)[c.Key]).ToList())
            _texts[name] = value;
        foreach (var (name, value) in Changed(Flags(now), Flags(before)).Where(c => _flags[c.Key] == Flags(before)[c.Key]).ToList())
            _flags[name] = value;
    }

    private static IEnumerable<KeyValuePair<string, T>> Changed<T>(Dictionary<string, T> now, Dictionary<string, T> before) =>
        now.Where(c => !EqualityComparer<T>.Default.Equals(c.Value, before[c.Key]));

    private static Dictionary<string, string> Texts(AgentState agent) => new()
    {
        ["displayName"] = agent.DisplayName,
        ["owner"] = agent.Owner,
        ["actsFor"] = string.Join('\n', agent.ActsFor),
        ["labels"] = string.Join('\n', agent.Labels),
        ["maxPending"] = Text(agent.Limits.MaxPending),
        ["maxActionsPerMinute"] = Text(agent.Limits.MaxActionsPerMinute),
        ["maxSessions"] = Text(agent.Limits.MaxSessions),
        ["sessionSeconds"] = Text(agent.Limits.SessionSeconds),
        ["maxSessionSeconds"] = Text(agent.Limits.MaxSessionSeconds),
        ["leaseSeconds"] = Text(agent.Limits.LeaseSeconds),
    };

    private static Dictionary<string, bool> Flags(AgentState agent) => new()
    {
        ["requiresInstructionsDigest"] = agent.RequiresInstructionsDigest,
        ["requiresRunner"] = agent.RequiresRunner,
        ["stopOnBypass"] = agent.StopOnBypass,
        ["isTest"] = agent.IsTest,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
