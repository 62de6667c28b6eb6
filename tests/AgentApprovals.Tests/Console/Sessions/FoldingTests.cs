using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Sessions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using Xunit;

namespace AgentApprovals.Tests.Console.Sessions;

/// <summary>What repeats in a timeline is told once, with a count, and nothing is lost by it.</summary>
public sealed class FoldingTests
{
    private long _sequence;

    [Fact]
    public void Forty_requests_and_refusals_that_alternate_are_two_lines()
    {
        var folds = Folding.Of(Enumerable.Range(0, 40).SelectMany(_ => new[] { Told("asked"), Told("refused") }));
        Assert.Equal([("asked", 40), ("refused", 40)], folds.Select(f => (f.First.Story.Said, f.Count)));
    }

    [Fact]
    public void Two_of_a_kind_stand_alone_where_they_happened()
    {
        var folds = Folding.Of([Told("asked"), Told("approved"), Told("asked")]);
        Assert.Equal(["asked", "approved", "asked"], folds.Select(f => f.First.Story.Said));
    }

    [Fact]
    public void What_another_did_is_not_folded_into_the_first()
    {
        var folds = Folding.Of([Told("denied", "Ana"), Told("denied", "Ben"), Told("denied", "Ana"), Told("denied", "Ben"), Told("denied", "Ana"), Told("denied", "Ben")]);
        Assert.Equal([("Ana", 3), ("Ben", 3)], folds.Select(f => (f.First.Entry.Actor.Name, f.Count)));
    }

    [Fact]
    public void What_comes_back_after_much_else_is_a_line_of_its_own()
    {
        var folds = Folding.Of([Told("asked"), Told("asked"), Told("asked"), Told("a"), Told("b"), Told("c"), Told("asked")]);
        Assert.Equal([("asked", 3), ("a", 1), ("b", 1), ("c", 1), ("asked", 1)], folds.Select(f => (f.First.Story.Said, f.Count)));
    }

    [Fact]
    public void No_entry_is_lost_or_told_twice()
    {
        string[] said = ["a", "b", "c", "d"];
        var told = Enumerable.Range(0, 300).Select(i => Told(said[i * i % 7 % 4])).ToList();
        Assert.Equal(told.Select(t => t.Entry.Sequence), Folding.Of(told).SelectMany(f => f.Items).Select(t => t.Entry.Sequence).Order());
    }

    private Told Told(string said, string by = "inbox-keeper") => new(
        new Entry(++_sequence, new Moment(_sequence * 1000), $"action.{said}", new ActorStamp("person", by, by), default, [], []),
        new EntryStory(by, said, null, null, Tone.Plain), null);
}
