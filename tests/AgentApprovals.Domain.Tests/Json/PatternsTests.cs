using AgentApprovals.Domain.Json;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Json;

public sealed class PatternsTests
{
    private static readonly Gen<string> Values = Gen.String[Gen.Int[0, 2].Select(i => "ab/"[i]), 0, 8];

    private static readonly Gen<string> Patterned = Gen.String[Gen.Int[0, 4].Select(i => "ab/**"[i]), 0, 8];

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("forum.*", "forum.post", true)]
    [InlineData("forum.*", "forum.", true)]
    [InlineData("forum.*", "Forum.post", false)]
    [InlineData("forum://*/1", "forum://a/b/c/1", true)]
    [InlineData("forum", "forum.post", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a.c", "abc", false)]
    public void A_star_is_any_run_and_the_whole_must_match(string pattern, string value, bool matches) => Assert.Equal(matches, Patterns.Matches(pattern, value));

    [Fact]
    public void Matching_is_what_trying_every_run_says() => Gen.Select(Patterned, Values).Sample((pattern, value) =>
        Patterns.Matches(pattern, value) == Tried(pattern, value));

    [Fact]
    public void No_pattern_makes_matching_slow() =>
        Assert.False(Patterns.Matches(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 500)));

    private static bool Tried(string pattern, string value) =>
        pattern.Length == 0 ? value.Length == 0
        : pattern[0] == '*' ? Enumerable.Range(0, value.Length + 1).Any(i => Tried(pattern[1..], value[i..]))
        : value.Length > 0 && value[0] == pattern[0] && Tried(pattern[1..], value[1..]);
}
