using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Console.Plain;

/// <summary>What a stop is aimed at, as a form carries it: <c>agent:id</c>, <c>session:id</c> or <c>everything</c>.</summary>
public readonly record struct StopAim(StopScope Scope, Guid? Id)
{
    public static StopAim? Parse(string? text) => text switch
    {
        null => null,
        "everything" => new(StopScope.Everything, null),
        _ when text.StartsWith("agent:", StringComparison.Ordinal) && Guid.TryParse(text[6..], out var id) => new(StopScope.Agent, id),
        _ when text.StartsWith("session:", StringComparison.Ordinal) && Guid.TryParse(text[8..], out var id) => new(StopScope.Session, id),
        _ => null,
    };

    public override string ToString() => Scope switch
    {
        StopScope.Agent => $"agent:{Id}",
        StopScope.Session => $"session:{Id}",
        _ => "everything",
    };
}

/// <summary>What a stop would hit, as it stands now.</summary>
/// <param name="Waiting">Pending, or approved and held.</param>
/// <param name="IsMore">There is more than was counted.</param>
public sealed record Exposure(int Agents, int Sessions, int Waiting, int Released, int Executing, bool IsMore);

/// <summary>One thing that can be stopped. What could not be read is null, and it can be stopped all the same.</summary>
public sealed record StopChoice(StopAim Target)
{
    public AgentState? Agent { get; init; }
    public SessionState? Session { get; init; }

    /// <summary>The name of whom the session acts for.</summary>
    public string? For { get; init; }
    public Exposure? Exposure { get; init; }

    /// <summary>The stop that has hit it already.</summary>
    public StopId? StoppedBy { get; init; }
}

/// <summary>Why the stop page says something above its choices.</summary>
public enum StopNotice
{
    None,

    /// <summary>The button was pressed by somebody whose sign-in had run out.</summary>
    SignedOut,
    NothingChosen,

    /// <summary>The button came from neither this page nor this site.</summary>
    NotOurs,

    /// <summary>Only a test agent as a whole is stopped as a drill.</summary>
    NoDrill,

    /// <summary>The database can't be reached: what could be refused at once is, and nothing is on record.</summary>
    NotRecorded,
}

public sealed record StopModel
{
    /// <summary>The page's own address, with what it was asked about.</summary>
    public required string Address { get; init; }
    public required IReadOnlyList<StopChoice> Choices { get; init; }
    public StopAim? Chosen { get; init; }
    public string? Reason { get; init; }

    /// <summary>It is to be on record as an exercise.</summary>
    public bool IsDrill { get; init; }

    /// <summary>The page was asked about an agent that is there to be tried.</summary>
    public bool MayDrill => !IsList && Choices.Any(c => c.Target.Scope == StopScope.Agent && c.Agent is { IsTest: true, StoppedBy: null });
    public StopNotice Notice { get; init; }

    /// <summary>No agent was asked about, so the page lists those at work.</summary>
    public bool IsList { get; init; }
    public string? Search { get; init; }

    /// <summary>There are more agents than are listed.</summary>
    public bool IsMore { get; init; }

    /// <summary>Something could not be read, or not in time.</summary>
    public bool IsPartial { get; init; }
}
