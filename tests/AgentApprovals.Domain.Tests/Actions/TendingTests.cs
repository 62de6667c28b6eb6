using System.Text;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Xunit;

namespace AgentApprovals.Domain.Tests.Actions;

/// <summary>More time to decide, what is said meanwhile, and who looked.</summary>
public sealed class TendingTests
{
    private const string Risky = """{"body":"password=hunter22hunter22 \u202e","audience":100000}""";

    [Fact]
    public void An_extended_action_is_decided_after_its_first_expiry_and_not_after_its_new_one()
    {
        var stage = new Stage(Stage.Rule() with { ExpiresAfterSeconds = 60 });
        var one = stage.Person("one@example.com");
        var action = stage.Ask(stage.Open());
        stage.Pass(59);
        Assert.Equal(action.ExpiresAt.PlusSeconds(30), stage.Do(new Extend(one, action.Id, 30, "The owner is asked.")).Action.ExpiresAt);

        stage.Pass(30);
        Assert.Equal(ActionStatus.Pending, stage.StateOf(action).Status);
        stage.Pass(1);
        Assert.Equal((ActionStatus.Expired, action.ExpiresAt.PlusSeconds(30)), (stage.StateOf(action).Status, stage.StateOf(action).EndedAt));
        Assert.Equal("action_expired", stage.RefusalOf(new Extend(one, action.Id, 1, "Too late.")));
    }

    [Theory]
    [InlineData(new[] { 61 }, "limit_reached")]
    [InlineData(new[] { 60 }, null)]
    [InlineData(new[] { 60, 1 }, "limit_reached")]
    [InlineData(new[] { 1, 1, 1 }, null)]
    [InlineData(new[] { 1, 1, 1, 1 }, "limit_reached")]
    [InlineData(new[] { 1, 60, 1, 1 }, null)]
    public void At_most_three_times_and_at_most_to_twice_what_the_rule_gives(int[] pieces, string? last)
    {
        var stage = new Stage(Stage.Rule() with { ExpiresAfterSeconds = 60 });
        var one = stage.Person("one@example.com");
        var action = stage.Ask(stage.Open());
        var codes = pieces.Select(seconds => stage.RefusalOf(new Extend(one, action.Id, seconds, "x"))).ToList();

        Assert.Equal(last, codes[^1]);
        var given = pieces.Zip(codes).Where(p => p.Second is null).Sum(p => p.First);
        Assert.Equal(action.ExpiresAt.PlusSeconds(given), stage.StateOf(action).ExpiresAt);
    }

    [Fact]
    public void Only_who_looks_after_it_may_extend_it_or_ask_and_never_an_agent()
    {
        var stage = new Stage(Stage.Rule(requires: "group:security"));
        var session = stage.Open();
        var action = stage.Ask(session, directedBy: "said@example.com");
        PersonActor[] may = [stage.Admin, stage.Person("m@example.com", Roles.Manager), stage.Person("r@example.com"), stage.Person("s@example.com", Roles.None, "security")];
        PersonActor[] mayNot = [stage.Person("u@example.com", Roles.Auditor), stage.Person("dana@example.com", Roles.None), stage.Person("owner@example.com", Roles.None), stage.Person("said@example.com", Roles.None)];

        Assert.All(may, p => Assert.Null(stage.RefusalOf(new SendMessage(p, action.Id, "Why?"))));
        Assert.All(may.Take(3), p => Assert.Null(stage.RefusalOf(new Extend(p, action.Id, 1, "x"))));
        Assert.Equal("limit_reached", stage.RefusalOf(new Extend(may[3], action.Id, 1, "x")));
        Assert.All(mayNot, p => Assert.Equal(("forbidden", "forbidden"), (stage.RefusalOf(new SendMessage(p, action.Id, "Why?")), stage.RefusalOf(new Extend(p, action.Id, 1, "x")))));
        var nobody = stage.Person("nobody@example.com", Roles.None);
        Assert.Equal(("not_found", "not_found"), (stage.RefusalOf(new SendMessage(nobody, action.Id, "Why?")), stage.RefusalOf(new Extend(nobody, action.Id, 1, "x"))));
        Assert.Equal(("forbidden", "forbidden"), (stage.RefusalOf(new Extend(session, action.Id, 1, "x")), stage.RefusalOf(new View(session, action.Id))));
        Assert.Equal("not_found", stage.RefusalOf(new SendMessage(stage.Open(), action.Id, "Not mine.")));
    }

    [Fact]
    public void An_edit_keeps_the_time_that_people_gave_up_to_twice_of_its_own_rule()
    {
        var risky = Stage.Rule() with { ExpiresAfterSeconds = 40 };
        var stage = new Stage(risky with { Name = "Risky", Match = risky.Match with { MinRisk = 75 } }, Stage.Rule(requires: "2 Reviewer") with { ExpiresAfterSeconds = 60 });
        var (one, two) = (stage.Person("one@example.com"), stage.Person("two@example.com"));
        var (same, shorter) = (stage.Ask(stage.Open()), stage.Ask(stage.Open()));
        foreach (var action in new[] { same, shorter })
            stage.Do(new Extend(one, action.Id, 50, "x"));

        Assert.Equal(same.SubmittedAt.PlusSeconds(110), stage.Approve(one, same, """{"body":"Do not"}""").ExpiresAt);
        Assert.Equal(shorter.SubmittedAt.PlusSeconds(80), stage.Approve(two, shorter, Risky).ExpiresAt);
    }

    [Fact]
    public void A_message_leaves_the_status_and_its_text_is_not_in_the_entry()
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        var one = stage.Person("one@example.com");
        var action = stage.Ask(session);
        stage.World.Committed();
        var asked = new SendMessage(one, action.Id, "Which thread, exactly?").Decide(stage.World).Require();
        var entry = Assert.Single(stage.World.Drafts);
        Assert.Equal((Kinds.ActionMessage, "one@example.com"), (entry.Kind, asked.By.Name));
        Assert.DoesNotContain("thread", entry.Facts!.ToJsonString() + Encoding.UTF8.GetString(entry.Set!), StringComparison.Ordinal);
        Assert.Equal("Which thread, exactly?", Encoding.UTF8.GetString(Assert.Single(stage.World.Contents, c => c.Part == ContentPart.Message).Bytes.Span));
        stage.World.Committed();
        Assert.Equal(new(1, false), stage.StateOf(action).Conversation);

        stage.Do(new SendMessage(session, action.Id, "8841."));
        Assert.Equal((ActionStatus.Pending, new Conversation(2, true)), (stage.StateOf(action).Status, stage.StateOf(action).Conversation));
        stage.Deny(one, action);
        Assert.Equal(("not_pending", "not_pending"), (stage.RefusalOf(new SendMessage(one, action.Id, "x")), stage.RefusalOf(new SendMessage(session, action.Id, "x"))));
    }

    [Fact]
    public void Nobody_talks_without_end()
    {
        var stage = new Stage(Stage.Rule());
        var session = stage.Open();
        var action = stage.Ask(session);
        var more = new SendMessage(session, action.Id, "And another thing.");
        for (var i = 0; i < Conversation.Most; i++)
        {
            if (i > 0 && i % Conversation.MostInMinute == 0)
            {
                Assert.Equal("too_many_requests", stage.RefusalOf(more));
                stage.Pass(60);
            }

            stage.Do(more);
        }

        Assert.Equal("limit_reached", stage.RefusalOf(more));
    }

    [Fact]
    public void Looking_is_recorded_once_in_ten_minutes_for_each_person_and_the_decision_says_how_long_they_had_it()
    {
        var stage = new Stage(Stage.Rule(requires: "2 Reviewer"));
        var (one, two) = (stage.Person("one@example.com"), stage.Person("two@example.com"));
        var action = stage.Ask(stage.Open());
        var looks = () => stage.Entries.Count(e => e.Kind == Kinds.ActionViewed);
        stage.Do(new View(one, action.Id));
        stage.Pass(599);
        stage.Do(new View(one, action.Id));
        Assert.Equal(1, looks());
        stage.Pass(1);
        stage.Do(new View(one, action.Id));
        stage.Do(new View(two, action.Id));
        Assert.Equal(3, looks());
        Assert.Equal(["one@example.com", "two@example.com"], stage.StateOf(action).Views!.Select(v => v.Name));

        stage.Pass(7);
        stage.Approve(one, action);
        Assert.Equal(7000, (long?)stage.Entries[^1].Facts!["readingMs"]);
        stage.Approve(stage.Person("three@example.com"), action);
        Assert.Null(stage.Entries[^2].Facts!["readingMs"]);
        stage.Deny(two, action);
        Assert.Equal(7000, (long?)stage.Entries[^1].Facts!["readingMs"]);
        stage.Pass(600);
        stage.Do(new View(one, action.Id));
        Assert.Equal(3, looks());
    }
}
