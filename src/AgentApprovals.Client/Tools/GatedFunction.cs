using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace AgentApprovals.Client;

/// <summary>A tool that asks before each call.</summary>
internal sealed partial class GatedFunction(AIFunction tool, AgentSession session, ToolGate gate) : DelegatingAIFunction(tool)
{
    private const int MostSummary = 200;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var isRunning = false;
        try
        {
            return Told(await session.GuardAsync(Request(arguments), async (approved, cancel) =>
            {
                var edited = Arguments(approved.Payload, arguments);
                isRunning = true;
                return await base.InvokeCoreAsync(edited, cancel);
            }, gate.Guard, cancellationToken));
        }
        catch (AgentApprovalsException e) when (!isRunning)
        {
            // The model is told why nothing was done; the program learns of it by the session, or by its own calls.
            return e.Instructions is { } now ? $"Not done: first heed these standing instructions.\n{now.Text}" : $"Not done: it could not be asked for ({e.Code}).";
        }
    }

    private static object? Told(Guarded fate) => fate switch
    {
        Guarded.Executed<object?> done => done.Value,
        Guarded.Denied { Decision: var no } => $"Not done: {no.By?.Name ?? "a rule"} denied it ({no.Code}).{(no.Comment is { Length: > 0 } why ? $" They said: {why}" : "")} Do not ask for the same again.",
        Guarded.Expired => "Not done: nobody decided in time. That is not consent.",
        Guarded.Cancelled => "Not done: it was withdrawn, or this run has ended.",
        Guarded.Stopped => "Not done: a person stopped this run. Nothing you ask for will be done any more.",
        _ => throw new InvalidOperationException($"{fate.GetType().Name} is no fate of a call."),
    };

    private SubmitRequest Request(AIFunctionArguments arguments)
    {
        var summary = gate.Summary?.Invoke(arguments) ?? (Description.Length > 0 ? Description : $"Call {Name}");
        return new(
            gate.Type ?? $"tool.{NoWord().Replace(Name.ToLowerInvariant(), "_")}",
            gate.Resource?.Invoke(arguments) ?? $"tool://{Name}",
            summary.Length > MostSummary ? summary[..MostSummary] : summary,
            JsonSerializer.SerializeToElement<IDictionary<string, object?>>(arguments.ToDictionary(), JsonSerializerOptions))
        { DirectedBy = gate.DirectedBy };
    }

    /// <summary>What runs is what was approved: of the call as the model made it, nothing but its surroundings is left.</summary>
    private static AIFunctionArguments Arguments(JsonElement? approved, AIFunctionArguments asked)
    {
        var edited = new AIFunctionArguments { Services = asked.Services, Context = asked.Context };
        foreach (var member in approved?.EnumerateObject() ?? throw new InvalidOperationException("What was approved are no arguments."))
            edited.Add(member.Name, member.Value);
        return edited;
    }

    [GeneratedRegex("[^a-z0-9_]+", RegexOptions.CultureInvariant)]
    private static partial Regex NoWord();
}
