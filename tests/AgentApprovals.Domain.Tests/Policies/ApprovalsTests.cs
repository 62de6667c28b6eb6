using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Policies;

public sealed class ApprovalsTests
{
    private static readonly Requirement Example = new([[new("Reviewer", 1), new("group:security", 1)], [new("Manager", 1)]]);

    private static readonly Gen<RequiredPart> Parts =
        Gen.Select(Pick.Among("Reviewer", "Manager", "group:security", "group:money"), Gen.Int[1, 2], (from, count) => new RequiredPart(from, count));

    private static readonly Gen<Requirement> Requirements =
        Parts.List[1, 2].List[1, 3].Select(a => new Requirement([.. a.Select(parts => (IReadOnlyList<RequiredPart>)parts)]));

    private static readonly Gen<List<Approver>> People = Gen.Select(
        Pick.Among(Roles.None, Roles.Reviewer, Roles.Manager, Roles.Reviewer | Roles.Manager),
        Pick.Among<string[]>([], ["security"], ["money"], ["security", "money"]),
        (roles, groups) => new Approver(new(Guid.NewGuid()), roles, groups)).List[0, 5];

    [Fact]
    public void A_requirement_reads_as_people_say_it() =>
        Assert.Equal("1 Reviewer and 1 of security, or 1 Manager", Approvals.InWords(Example));

    [Fact]
    public void One_person_fills_one_part_only()
    {
        var both = Someone(Roles.Reviewer, "security");
        Assert.False(Approvals.IsMet(Example, [both]));
        Assert.False(Approvals.IsMet(Example, [both, both]));
        Assert.True(Approvals.IsMet(Example, [both, Someone(Roles.Reviewer)]));
        Assert.True(Approvals.IsMet(Example, [Someone(Roles.Reviewer), both]));
        Assert.True(Approvals.IsMet(Example, [Someone(Roles.Manager)]));
    }

    [Fact]
    public void A_requirement_that_asks_for_nobody_is_never_met()
    {
        Assert.False(Approvals.IsMet(new([]), [Someone(Roles.Manager)]));
        Assert.False(Approvals.IsMet(new([[]]), []));
    }

    [Fact]
    public void Parts_are_filled_as_a_search_of_every_seating_says() => Gen.Select(Requirements, People).Sample((requirement, people) =>
        Approvals.IsMet(requirement, people) == requirement.Alternatives.Any(parts => CanSeat(Places(parts), people)));

    [Fact]
    public void One_more_approver_never_undoes_what_is_met() => Gen.Select(Requirements, People, People).Sample((requirement, people, more) =>
        !Approvals.IsMet(requirement, people) || Approvals.IsMet(requirement, [.. people, .. more]));

    [Fact]
    public void People_who_meet_a_joined_requirement_meet_both() => Gen.Select(Requirements, Requirements, People).Sample((a, b, people) =>
        !Approvals.IsMet(Approvals.Join(a, b), people) || (Approvals.IsMet(a, people) && Approvals.IsMet(b, people)));

    [Fact]
    public void Joining_is_the_same_from_either_side_and_with_itself_changes_nothing() => Gen.Select(Requirements, Requirements, People).Sample((a, b, people) =>
        Approvals.IsMet(Approvals.Join(a, b), people) == Approvals.IsMet(Approvals.Join(b, a), people)
        && Approvals.IsMet(Approvals.Join(a, a), people) == Approvals.IsMet(a, people));

    [Fact]
    public void Of_an_equal_from_the_larger_count_is_joined() =>
        Assert.Equal("2 Reviewers and 1 Manager", Approvals.InWords(Approvals.Join(new([[new("Reviewer", 2)]]), new([[new("Reviewer", 1), new("Manager", 1)]]))));

    [Fact]
    public void A_role_named_twice_still_asks_for_two_people_when_joined() =>
        Assert.Equal("2 Reviewers and 1 Manager", Approvals.InWords(
            Approvals.Join(new([[new("Reviewer", 1), new("Reviewer", 1)]]), new([[new("Manager", 1)]]))));

    [Theory]
    [InlineData(RiskLevel.Medium, "1 Reviewer and 1 of security, or 1 Manager")]
    [InlineData(RiskLevel.High, "1 Reviewer and 1 of security, or 2 Managers")]
    [InlineData(RiskLevel.Critical, "1 Reviewer and 1 of security, or 2 Managers")]
    public void An_editor_alone_never_meets_what_a_risky_edit_asks_for(RiskLevel level, string words) =>
        Assert.Equal(words, Approvals.InWords(Approvals.RaiseForEdit(Example, level)));

    [Fact]
    public void Who_lacks_a_group_is_told_apart_from_who_is_no_reviewer()
    {
        var security = new Requirement([[new("group:security", 1)]]);
        Assert.True(Approvals.LacksGroup(security, Someone(Roles.Reviewer)));
        Assert.False(Approvals.LacksGroup(security, Someone(Roles.Auditor)));
        Assert.False(Approvals.LacksGroup(new([[new("Manager", 1)]]), Someone(Roles.Reviewer)));
        Assert.True(Approvals.CouldFill(security, Someone(Roles.None, "security")));
    }

    private static Approver Someone(Roles roles, params string[] groups) => new(new(Guid.NewGuid()), roles, groups);

    private static List<RequiredPart> Places(IReadOnlyList<RequiredPart> parts) => [.. parts.SelectMany(p => Enumerable.Repeat(p, p.Count))];

    private static bool CanSeat(List<RequiredPart> places, List<Approver> people) => places.Count == 0
        || people.Any(person => person.Fits(places[0]) && CanSeat(places[1..], [.. people.Where(p => p != person)]));
}
