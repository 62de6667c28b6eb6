using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>The wire and the domain say the same words: documents are filled by casting the one to the other.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData(typeof(AgentApprovals.Client.ActionStatus), typeof(AgentApprovals.Domain.Actions.ActionStatus))]
    [InlineData(typeof(AgentApprovals.Client.Outcome), typeof(AgentApprovals.Domain.Actions.Outcome))]
    [InlineData(typeof(AgentApprovals.Client.Directed), typeof(AgentApprovals.Domain.Actions.Directed))]
    [InlineData(typeof(AgentApprovals.Client.RuleMode), typeof(AgentApprovals.Domain.Policies.RuleMode))]
    [InlineData(typeof(AgentApprovals.Client.RiskLevel), typeof(AgentApprovals.Domain.Risk.RiskLevel))]
    [InlineData(typeof(AgentApprovals.Client.SessionStatus), typeof(AgentApprovals.Domain.Sessions.SessionStatus))]
    [InlineData(typeof(AgentApprovals.Client.StopScope), typeof(AgentApprovals.Domain.Stops.StopScope))]
    [InlineData(typeof(AgentApprovals.Client.LayerState), typeof(AgentApprovals.Domain.Stops.LayerState))]
    public void Every_word_has_the_same_name_and_value_on_both_sides(Type wire, Type domain) => Assert.Equal(Words(domain), Words(wire));

    private static IEnumerable<(string, int)> Words(Type type) => Enum.GetNames(type).Zip(Enum.GetValues(type).Cast<object>().Select(Convert.ToInt32));
}
