using Microsoft.Extensions.AI;

namespace AgentApprovals.Client;

/// <summary>How calls of a tool are asked for. Whatever is left out follows from the tool itself.</summary>
public sealed class ToolGate
{
    /// <summary>The type of the action, such as <c>forum.post</c>. Null: <c>tool.</c> and the tool's name, as far as types can spell it.</summary>
    public string? Type { get; init; }

    /// <summary>What a call would be done to. Null: <c>tool://</c> and the tool's name.</summary>
    public Func<AIFunctionArguments, string>? Resource { get; init; }

    /// <summary>What a call is for, in at most 200 characters. Null: the tool's description.</summary>
    public Func<AIFunctionArguments, string>? Summary { get; init; }

    /// <summary>E-mail of the person who told the agent to do this, where one did.</summary>
    public string? DirectedBy { get; init; }

    /// <summary>What the agent's own code has a say in while a call is held.</summary>
    public GuardOptions? Guard { get; init; }
}

/// <summary>Gates for the tools of a language model.</summary>
public static class AgentApprovalsTools
{
    /// <summary>
    /// The same tool, whose calls are held until people release them: the arguments are the payload, edited ones are what runs, and a refusal
    /// is given back to the model as text that says so. Once the run is over, <see cref="AgentSession.Over"/> is the signal to end the conversation.
    /// </summary>
    /// <param name="tool">What is called once a call is released.</param>
    /// <param name="session">The run in which it is asked for.</param>
    /// <param name="gate">Null: everything follows from the tool.</param>
    public static AIFunction WithApproval(this AIFunction tool, AgentSession session, ToolGate? gate = null) => new GatedFunction(tool, session, gate ?? new());
}
