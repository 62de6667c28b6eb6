using System.Text.Json;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Model;
using Xunit;

namespace AgentApprovals.Tests.Model;

/// <summary>A thousand actions that nobody answers enough, under every sort of rule, asked at and waited for in every sort of order.</summary>
public sealed class UnansweredTests
{
    private const int Timelines = 1000;
    private static readonly PreparedPayload Payload = PreparedPayload.Of(JsonElement.Parse("{}"));

    [Fact]
    public async Task Nothing_unanswered_is_ever_released() => Assert.Equal(0, await ReleasedAsync(RuleMode.Review));

    /// <summary>The control: with the guard off, under a rule that lets pass what is in the catalogue, the same timelines do release.</summary>
    [Fact]
    public async Task The_same_timelines_release_what_a_rule_lets_pass() => Assert.InRange(await ReleasedAsync(RuleMode.Allow), 1, Timelines);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resuming_before_a_stop_is_written_down_brings_nothing_back(bool everything)
    {
        using var real = new RealLedger();
        var product = new Product(real, [[]], (_, _) => { });
        product.Open("dana@example.com");
        product.Submit(0, "forum.read", 0, 0, null, null);
        product.Approve(1, 0, null, null);
        product.Stop(everything ? -1 : null);
        product.Resume(everything);
        using (var db = real.Contexts.CreateDbContext())
            Assert.Equal(SessionStatus.Active, db.Sessions.Single().Status);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("session_stopped", product.Submit(0, "forum.read", 1, 1, null, null));
            Assert.Equal("session_stopped", product.Redeem(0, 0, null));
            Assert.Equal(ActionStatus.Stopped, real.ActionOf(product.ActionIds[0]).Status);
            product.Pass(30_000);
            if (i == 0)
                real.Restart();
            else
                real.Sweep();
        }

        Assert.Equal("ok", product.Open("dana@example.com"));
        Assert.Equal("ok", product.Submit(1, "forum.read", 1, 1, null, null));
    }

    /// <param name="catalogued">What the rule for catalogued types does; those that are not are never let pass, whatever theirs says.</param>
    private static async Task<int> ReleasedAsync(RuleMode catalogued)
    {
        using var real = new RealLedger();
        var random = new Random(20261124);
        var (rita, dana, session) = await SetAsync(real, catalogued);
        string[] types = ["a.catalogued", "b.allowed", "c.vetoed"];
        var asked = await Task.WhenAll(Enumerable.Range(0, Timelines).Select(i => real.Ledger.CommitAsync(new Submit
        {
            Actor = session,
            Type = types[i % types.Length],
            Resource = $"{i}",
            Summary = "Something",
            Payload = Payload,
            DirectedBy = i % 2 == 0 ? "dana@example.com" : null,
        })));
        var actions = asked.Select(a => a.Require().Action.Id).ToList();
        var released = 0;
        for (var round = 0; round < 8; round++)
        {
            var tried = await Task.WhenAll(actions.Select((id, i) => random.Next(8) switch
            {
                // One of the two that its rule asks for; where nobody described the type, one would be enough.
                0 when i % types.Length == 0 => Answer(real, new Approve(rita, id, Payload.Digest, null, null)),
                1 => Answer(real, new TakeBack(rita, id)),
                2 => Answer(real, new Approve(dana, id, Payload.Digest, null, null)),
                3 => Answer(real, new ConfirmDirection(dana, id, random.Next(2) == 0)),
                0 or 4 => Answer(real, new WriteDown([], [])),
                _ => Redeemed(real, new Redeem(session, id, null)),
            }));
            released += tried.Sum();
            real.Now = real.Now.PlusSeconds(random.Next(200));
            if (round % 3 == 2)
                real.Sweep();
        }

        Assert.Empty(await Replay.DifferencesAsync(real.Contexts));
        return released;
    }

    private static async Task<(PersonActor Rita, PersonActor Dana, SessionActor Session)> SetAsync(RealLedger real, RuleMode catalogued)
    {
        async Task<T> Do<T>(Command<T> command) => (await real.Ledger.CommitAsync(command)).Require();
        Rule Rule(string type, RuleMode mode) => new()
        {
            Name = type,
            Match = new([type], ["*"], ["*"], [], 0, null),
            Mode = mode,
            Requires = new([[new("Reviewer", 2)]]),
            SecondPerson = true,
            ConfirmationWindowSeconds = 30,
            PermitSeconds = 3600,
            // All of them come at once, and are to be judged each by its own.
            Burst = new(10_000, 1),
        };
        await Do(new OpenLedger());
        var admin = new PersonActor((await Do(new AddPerson(new SystemActor("setup"), "root@example.com", "Root", Roles.Administrator, [], null))).Person.Id);
        var rita = new PersonActor((await Do(new AddPerson(admin, "rita@example.com", "Rita", Roles.Reviewer, [], null))).Person.Id);
        var dana = new PersonActor((await Do(new AddPerson(admin, "dana@example.com", "Dana", Roles.Reviewer, [], null))).Person.Id);
        await Do(new PutCatalogue(admin, 0, [new("a.catalogued", "A", 10, true)]));
        await Do(new PutPolicy(admin, 0, [Rule("a.*", catalogued), Rule("b.*", RuleMode.Allow), Rule("c.*", RuleMode.Veto)], null));
        var agent = await Do(new RegisterAgent(admin, "agent", "Agent", "owner@example.com", ["*"], [], new(10_000, 10_000, SessionSeconds: 80_000), new()));
        await Do(new PutPermissions(admin, agent.Id, 0, [new("*", "*", null, null)]));
        var key = await Do(new MakeAgentKey(admin, agent.Id, "key", SecretHash.Of("key")));
        var session = await Do(new OpenSession(new KeyActor(key.Id), SecretHash.Of("token"), "dana@example.com", null, null));
        return (rita, dana, new(session.Session.Id));
    }

    private static async Task<int> Answer<T>(RealLedger real, Command<T> command)
    {
        await real.Ledger.CommitAsync(command);
        return 0;
    }

    private static async Task<int> Redeemed(RealLedger real, Redeem redeem) => (await real.Ledger.CommitAsync(redeem)).Refusal is null ? 1 : 0;
}
