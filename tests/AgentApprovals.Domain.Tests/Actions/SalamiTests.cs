using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Policies;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Actions;

/// <summary>One bad act cut into many small ones: whatever bounds it, exactly as many pass as the bound says, in however many sessions and at whatever pace.</summary>
public sealed class SalamiTests
{
    private const int Fixtures = 50;

    private static readonly Gen<(int Most, int[] Steps)> Slices = Gen.Select(Gen.Int[1, 12], Gen.Int[0, 6].Array[30]);

    [Fact]
    public void A_budget_lets_pass_as_many_as_it_says() => Slices.Sample((most, steps) =>
        Passed(steps, Stage.Rule(RuleMode.Allow) with { Budget = new(most, 3600), Burst = Off }) == most, iter: Fixtures);

    [Fact]
    public void A_permissions_rate_lets_pass_as_many_as_it_says() => Slices.Sample((most, steps) =>
        Passed(steps, Stage.Rule(RuleMode.Allow) with { Burst = Off }, most) == most, iter: Fixtures);

    [Fact]
    public void A_burst_lets_pass_as_many_as_it_says() => Slices.Sample((most, steps) =>
        Passed(steps, Stage.Rule(RuleMode.Allow) with { Burst = new(most, 3600) }) == most, iter: Fixtures);

    /// <summary>The control: with no bound all of it passes.</summary>
    [Fact]
    public void Without_a_bound_all_of_it_passes() => Slices.Sample((_, steps) =>
        Passed(steps, Stage.Rule(RuleMode.Allow) with { Burst = Off }) == steps.Length, iter: Fixtures);

    private static BurstLimit Off => new(10_000, 1);

    /// <summary>How many were released: thirty slices over two sessions, some seconds apart, each of another resource and payload.</summary>
    private static int Passed(int[] steps, Rule rule, int? perHour = null)
    {
        var stage = new Stage(rule);
        if (perHour is not null)
            stage.Do(new PutPermissions(stage.Admin, stage.Agent.Id, stage.Agent.PermissionsVersion, [new("*", "*", perHour, null)]));
        var sessions = new[] { stage.Open(), stage.Open("lee@example.com") };
        var released = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            stage.Pass(steps[i]);
            var asked = stage.Try(Stage.Asking(sessions[(steps[i] + i) % 2], $$"""{"slice":{{i}}}""", "forum.read", $"forum://{i % 7}"));
            if (asked.Refusal is null && asked.Value!.Action.Status == ActionStatus.Released)
                released++;
        }

        return released;
    }
}
