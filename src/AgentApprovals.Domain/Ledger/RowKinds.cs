using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Domain.Ledger;

/// <summary>The kinds of rows, as entries name them.</summary>
public static class RowKinds
{
    /// <summary>Those that this version knows.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>
    {
        "action", "burst", "session", "agent", "person", "credential", "stop", "document", "console", "webhook", "observation", "connector",
    };

    public static string NameOf(IRow row) => row switch
    {
        ActionState => "action",
        BurstState => "burst",
        SessionState => "session",
        AgentState => "agent",
        PersonState => "person",
        CredentialState => "credential",
        StopState => "stop",
        DocumentState => "document",
        ConsoleState => "console",
        WebhookState => "webhook",
        ObservationState => "observation",
        ConnectorState => "connector",
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.GetType().Name, "Not a kind of row."),
    };

    internal static T WithSequence<T>(T row, long sequence) where T : class, IRow => (T)(IRow)((IRow)row switch
    {
        ActionState r => r with { Sequence = sequence },
        BurstState r => r with { Sequence = sequence },
        SessionState r => r with { Sequence = sequence },
        AgentState r => r with { Sequence = sequence },
        PersonState r => r with { Sequence = sequence },
        CredentialState r => r with { Sequence = sequence },
        StopState r => r with { Sequence = sequence },
        DocumentState r => r with { Sequence = sequence },
        ConsoleState r => r with { Sequence = sequence },
        WebhookState r => r with { Sequence = sequence },
        ObservationState r => r with { Sequence = sequence },
        ConnectorState r => r with { Sequence = sequence },
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.GetType().Name, "Not a kind of row."),
    });

    /// <summary>The row of a kind that the facts of an entry make of <paramref name="before"/> (null: a new one).</summary>
    public static IRow Make(string kind, IRow? before, JsonElement set, long sequence) => kind switch
    {
        "action" => RowFacts.Merge((ActionState?)before, set, sequence),
        "burst" => RowFacts.Merge((BurstState?)before, set, sequence),
        "session" => RowFacts.Merge((SessionState?)before, set, sequence),
        "agent" => RowFacts.Merge((AgentState?)before, set, sequence),
        "person" => RowFacts.Merge((PersonState?)before, set, sequence),
        "credential" => RowFacts.Merge((CredentialState?)before, set, sequence),
        "stop" => RowFacts.Merge((StopState?)before, set, sequence),
        "document" => RowFacts.Merge((DocumentState?)before, set, sequence),
        "console" => RowFacts.Merge((ConsoleState?)before, set, sequence),
        "webhook" => RowFacts.Merge((WebhookState?)before, set, sequence),
        "observation" => RowFacts.Merge((ObservationState?)before, set, sequence),
        "connector" => RowFacts.Merge((ConnectorState?)before, set, sequence),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of row."),
    };
}
