using AgentApprovals.Console.Policies;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Policies;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Policies;

/// <summary>Rules as people read them.</summary>
public sealed class RuleWordsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddLocalization().AddSingleton<RuleWords>().BuildServiceProvider();

    private RuleWords Words => _services.GetRequiredService<RuleWords>();

    private static Rule Posts => Judgement.DefaultRule with
    {
        Name = "Posts",
        Match = new(["forum.post"], ["*"], ["*"], [], 0, null),
        Requires = new([[new("Reviewer", 1), new("group:security", 1)], [new("Manager", 1)]]),
    };

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_rule_reads_as_a_sentence()
    {
        Assert.Equal("forum.post on any resource by any agent", Words.When(Posts));
        Assert.Equal("review: 1 Reviewer and 1 of security, or 1 Manager; never by the person acted for", Words.Then(Posts));
        Assert.Equal(
            "anything on any resource by desk-*, labelled finance, at risk 50 or more, that nobody directed",
            Words.When(Posts with { Match = new(["*"], ["*"], ["desk-*"], ["finance"], 50, Directed.None) }));
        Assert.Equal(["denied stays denied 24 h"], Words.Clocks(Posts with { Mode = RuleMode.Deny }));
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(60, "60 s")]
    [InlineData(90, "90 s")]
    [InlineData(1800, "30 min")]
    [InlineData(3600, "1 h")]
    [InlineData(86400, "24 h")]
    [InlineData(604800, "7 d")]
    public void Seconds_are_told_in_the_largest_unit_that_tells_them_exactly(int seconds, string said) => Assert.Equal(said, Words.Span(seconds));

    public static TheoryData<string> Fields { get; } = ["name", "types", "resources", "agents", "labels", "minRisk", "directed", "mode", "requires", "second", "window", "hold", "expires", "permit", "execute", "memory", "burst", "per", "ends", "budget"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void No_field_can_change_without_the_difference_showing_it(string field) =>
        Assert.NotEqual(Words.Text([Posts]), Words.Text([Changed(field)]));

    private static Rule Changed(string field) => field switch
    {
        "name" => Posts with { Name = "Other" },
        "types" => Posts with { Match = Posts.Match with { Types = ["*"] } },
        "resources" => Posts with { Match = Posts.Match with { Resources = ["x"] } },
        "agents" => Posts with { Match = Posts.Match with { Agents = ["x"] } },
        "labels" => Posts with { Match = Posts.Match with { Labels = ["x"] } },
        "minRisk" => Posts with { Match = Posts.Match with { MinRisk = 1 } },
        "directed" => Posts with { Match = Posts.Match with { Directed = Directed.Claimed } },
        "mode" => Posts with { Mode = RuleMode.Allow },
        "requires" => Posts with { Requires = Judgement.OneReviewer },
        "second" => Posts with { SecondPerson = false },
        "window" => Posts with { ConfirmationWindowSeconds = 61 },
        "hold" => Posts with { HoldAfterApprovalSeconds = 11 },
        "expires" => Posts with { ExpiresAfterSeconds = 1801 },
        "permit" => Posts with { PermitSeconds = 301 },
        "execute" => Posts with { ExecuteSeconds = 901 },
        "memory" => Posts with { DeniedMemorySeconds = 86401 },
        "burst" => Posts with { Burst = new(11, 60) },
        "per" => Posts with { Burst = new(10, 61) },
        "ends" => Posts with { ExpiresAt = new(1) },
        _ => Posts with { Budget = new(1, 1) },
    };
}
