using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Console.Plain;

/// <summary>How a stop stands as a whole.</summary>
public enum StopStanding
{
    /// <summary>Something that exists has not answered yet.</summary>
    Waiting,

    /// <summary>Everything answered, and something could not be taken away.</summary>
    Failed,

    /// <summary>Every layer that exists has confirmed.</summary>
    Confirmed,
}

/// <summary>What the stopped sessions had done, as it stands now.</summary>
/// <param name="MayHaveHappened">Executing when it was cut off, or unknown before: nobody knows.</param>
/// <param name="Revoked">Released, and never redeemed: the permit is gone, it did not happen.</param>
/// <param name="NeverReleased">Was waiting, and did not happen.</param>
/// <param name="Latest">What happened or may have, newest first.</param>
public sealed record Deeds(int Sessions, int Completed, int Failed, int MayHaveHappened, int Revoked, int NeverReleased, bool IsMore, IReadOnlyList<Deed> Latest)
{
    public bool IsNothing => Completed + Failed + MayHaveHappened + Revoked + NeverReleased == 0;
}

/// <param name="Title">The catalogue's words for the type; the type where it has none.</param>
public sealed record Deed(ActionView View, string Title);

/// <summary>What can be done after a stop, by this person.</summary>
public enum NextStep
{
    None,

    /// <summary>Only a session was stopped: the agent may open the next.</summary>
    StopAgent,
    Resume,

    /// <summary>The refusal of new sessions was lifted already.</summary>
    Lifted,

    /// <summary>It takes a Manager or an Administrator.</summary>
    AskManager,
}

public sealed record ReceiptModel
{
    public required StopState Stop { get; init; }
    public required NextStep Next { get; init; }
    public AgentState? Agent { get; init; }

    /// <summary>Null where it could not be read.</summary>
    public Deeds? Deeds { get; init; }

    /// <summary>The resume that was sent gave no reason.</summary>
    public bool LacksReason { get; init; }

    /// <summary>This person ordered it, and has not said why.</summary>
    public bool MayExplain { get; init; }

    public IReadOnlyList<StopLayer> Existing => [.. Stop.Layers.Where(l => l.State != LayerState.Absent)];

    public StopStanding Standing => Existing.Any(l => l.State == LayerState.Waiting) ? StopStanding.Waiting
        : Existing.Any(l => l.State == LayerState.Failed) ? StopStanding.Failed
        : StopStanding.Confirmed;

    /// <summary>The page loads itself again while there is something to come, less often the longer it takes.</summary>
    public int? RefreshSeconds(Domain.Moment now) => Standing != StopStanding.Waiting && Stop.Settled ? null
        : (now - Stop.At).TotalMinutes switch { < 1 => 2, < 10 => 5, _ => 30 };
}
