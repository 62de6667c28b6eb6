using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Console.Policies;

/// <summary>The rules while somebody changes them.</summary>
public sealed class RulesDraft : ListDraft<Rule, RuleInput>
{
    protected override bool IsSame(Rule a, Rule b) => RuleReader.Write([a]).AsSpan().SequenceEqual(RuleReader.Write([b]));
}

/// <summary>The catalogue while somebody changes it.</summary>
public sealed class TypesDraft : ListDraft<ActionType, TypeInput>
{
    protected override bool IsSame(ActionType a, ActionType b) => ActionTypeReader.Write([a]).AsSpan().SequenceEqual(ActionTypeReader.Write([b]));
}
