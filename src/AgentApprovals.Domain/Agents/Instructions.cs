using System.Text;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Agents;

/// <summary>
/// Standing instructions as an agent is given them: the global text before its own, one version and one digest over both, so
/// that a change of either is noticed.
/// </summary>
public static class Instructions
{
    /// <summary>What to hand out while nothing was ever written.</summary>
    public static StandingInstructions None { get; } = new(0, CanonicalJson.Digest([]), "");

    public static StandingInstructions Of(World world, AgentState agent) =>
        Join(Read(world, world.Console.Instructions), Read(world, agent.Instructions));

    public static StandingInstructions Join((int Version, string Text)? global, (int Version, string Text)? own)
    {
        var text = string.Join("\n\n", new[] { global?.Text, own?.Text }.Where(t => !string.IsNullOrWhiteSpace(t)));
        return new((global?.Version ?? 0) + (own?.Version ?? 0), CanonicalJson.Digest(Encoding.UTF8.GetBytes(text)), text);
    }

    private static (int Version, string Text)? Read(World world, long? document) => document is { } sequence
        ? (world.Documents.Get(sequence).Version, world.Texts.Get<string>(sequence))
        : null;
}
