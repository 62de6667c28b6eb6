using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Model;
using CsCheck;
using Xunit;
using Step = AgentApprovals.Model.Step;

namespace AgentApprovals.Domain.Tests.Timelines;

/// <summary>The invariants of the domain, each watched over random timelines in its own words; the tenth is the ledger's and is watched there.</summary>
public sealed class InvariantTests
{
    private static readonly string[] OfASession = ["Submit", "Withdraw", "Redeem", "Result", "End", "Compact", "Renew"];

    [Fact]
    public void Invariant_1_silence_is_never_consent() => Always((stage, _, _, product) => Assert.All(All(stage, product), a => Assert.True(
        a.Status is ActionStatus.Pending or ActionStatus.Denied or ActionStatus.Expired or ActionStatus.Cancelled or ActionStatus.Stopped
        || a.Approvals.Count > 0
        || (a.Verdict.Mode is RuleMode.Allow or RuleMode.Veto && Cast.Catalogued.Contains(a.Type)), $"{a.Status} {a.Type} {a.Verdict.Mode}")));

    [Fact]
    public void Invariant_2_early_is_impossible() => Redeemed((stage, before, action) =>
    {
        Assert.True(stage.Now >= before.ConfirmationEndsAt && stage.Now >= before.ReleaseAt);
        Assert.True(before.Verdict.Mode != RuleMode.Review || before.ReleaseAt >= before.Approvals.Min(a => a.At).PlusSeconds(before.Verdict.HoldAfterApprovalSeconds));
        Assert.True(Cast.Reversible.Contains(action.Type) || stage.Now >= action.SubmittedAt.PlusSeconds(Cast.MinimumWindow));
    });

    [Fact]
    public void Invariant_3_late_is_impossible()
    {
        Redeemed((stage, before, _) => Assert.True(stage.Now < before.PermitExpiresAt));
        Always((stage, _, _, product) => Assert.All(All(stage, product), a => Assert.All(a.Approvals, p => Assert.True(p.At < a.ExpiresAt))));
    }

    [Fact]
    public void Invariant_4_what_was_seen_is_what_runs() =>
        Redeemed((_, _, action) => Assert.All(action.Approvals, a => Assert.Equal(action.PayloadDigest, a.PayloadDigest)));

    [Fact]
    public void Invariant_5_once() => Always((stage, _, _, product) =>
    {
        var redeems = stage.Entries.Where(e => e.Kind == Kinds.ActionExecuting).Select(e => e.Subject.Action).ToList();
        Assert.Equal(redeems.Distinct(), redeems);
        Assert.All(All(stage, product), a => Assert.Equal(a.Approvals.Count, a.Approvals.DistinctBy(p => p.Person).Count()));
        var keys = All(stage, product).Select(a => a.IdempotencyKey).OfType<string>().ToList();
        Assert.Equal(keys.Distinct(), keys);
    });

    [Fact]
    public void Invariant_6_never_alone() => Redeemed((stage, _, action) =>
    {
        if (!action.Verdict.SecondPerson || action.Verdict.Mode != RuleMode.Review)
            return;
        var actedFor = stage.World.Sessions.Get(action.SessionSequence).OnBehalfOf is "stranger@example.com" ? "owner" : "dana";
        Assert.Contains(action.Approvals, a => a.Name != actedFor
            && (action.Directed is Directed.None or Directed.Disowned || !action.DirectedBy!.StartsWith(a.Name, StringComparison.OrdinalIgnoreCase)));
    });

    [Fact]
    public void Invariant_7_stop_wins() => Watch(stage =>
    {
        var stopped = new HashSet<Guid>();
        var told = 0;
        return (step, code, product) =>
        {
            // What it did itself stands last; an answer that was only given again did nothing.
            var isDone = code == "ok" && stage.Entries.Count > told;
            if (isDone && OfASession.Contains($"{step.Verb}") && stage.Entries[^1].Subject.Session is { } session)
                Assert.DoesNotContain(session.Value, stopped);
            told = stage.Entries.Count;
            stopped.UnionWith(stage.World.Sessions.All.Where(s => stage.World.Stops.All.Any(stop => stop.Sequence > s.Sequence
                && (stop.Scope == StopScope.Everything || stop.TargetSequence == s.Sequence || stop.TargetSequence == s.AgentSequence))).Select(s => s.Id.Value));
            Assert.All(All(stage, product).Where(a => stopped.Contains(stage.World.Sessions.Get(a.SessionSequence).Id.Value)), a => Assert.True(a.Status.IsTerminal()));
        };
    });

    [Fact]
    public void Invariant_8_denied_stays_denied() => Watch(stage =>
    {
        var known = 0;
        return (_, _, product) =>
        {
            var made = product.Actions > known ? All(stage, product)[^1] : null;
            known = product.Actions;
            var wasDenied = made is not null && All(stage, product)[..^1].Any(a => a.Denial is { Code: "denied_by_person" or "denied_by_policy" } denial
                && (a.Type, a.Resource, a.SubmittedDigest) == (made.Type, made.Resource, made.SubmittedDigest)
                && denial.At <= made.SubmittedAt && made.SubmittedAt < denial.At.PlusSeconds(a.Verdict.DeniedMemorySeconds));
            Assert.True(!wasDenied || made!.Denial is not null, $"{made} was let pass");
        };
    });

    [Fact]
    public void Invariant_9_frozen() => Watch(stage =>
    {
        var before = new List<ActionState>();
        return (step, _, product) =>
        {
            var now = All(stage, product);
            foreach (var (was, becomes) in before.Zip(now))
            {
                Assert.Equal(was.Verdict.PolicyVersion, becomes.Verdict.PolicyVersion);
                if (step.Verb is not (Verb.Edit or Verb.Direct) && was.Burst == becomes.Burst)
                    Assert.Equal((was.Verdict, was.ConfirmationEndsAt, was.PayloadDigest), (becomes.Verdict, becomes.ConfirmationEndsAt, becomes.PayloadDigest));
                if (step.Verb is not (Verb.Edit or Verb.Direct or Verb.Extend) && was.Burst == becomes.Burst)
                    Assert.Equal(was.ExpiresAt, becomes.ExpiresAt);
                // Time is given in at most three pieces, and never to more than twice what the rule gives.
                Assert.InRange(becomes.Extension?.Times ?? 0, was.Extension?.Times ?? 0, Extension.Most);
                Assert.True(step.Verb != Verb.Extend || becomes.ExpiresAt == was.ExpiresAt
                    || (becomes.ExpiresAt > was.ExpiresAt && becomes.ExpiresAt <= becomes.SubmittedAt.PlusSeconds(2L * becomes.Verdict.ExpiresAfterSeconds)));
            }

            before = now;
        };
    });

    [Fact]
    public void Invariant_11_no_layer_is_confirmed_that_nobody_measured() => Gen.Int[0, 3].Select(Gen.Bool).Array[0, 6].Sample(measured =>
    {
        var stage = new Stage();
        var stop = stage.Do(new OrderStop(stage.Admin, StopScope.Everything, null, null));
        foreach (var (layer, confirmed) in measured)
            stage.Do(new ConfirmLayers(stop.Id, [new(layer % 2 == 0 ? "console" : "live", confirmed ? LayerState.Confirmed : LayerState.Failed, 1, "")]));
        return stage.World.Stops.Find(stop.Id.Value)!.Layers.All(l =>
            (l.State == LayerState.Confirmed) == measured.Any(m => m.Item2 && (m.Item1 % 2 == 0 ? "console" : "live") == l.Layer));
    });

    [Fact]
    public void Invariant_12_what_cannot_be_read_is_no_rule() => Gen.Select(PlainRule.Policies, Gen.Int[0, 400], Gen.Byte).Sample((rules, at, with) =>
    {
        var kept = RuleReader.Write([.. rules.Select(r => r.ToProduct(default))]);
        kept[at % kept.Length] = with;
        try
        {
            var read = RuleReader.Load(kept);
            return read.All(r => r.Mode != RuleMode.Review || r.Requires.Alternatives.All(parts => parts.Sum(p => p.Count) > 0));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return true;
        }
    });

    [Fact]
    public void Invariant_13_the_agents_word_never_helps_it() => Gen.Select(PlainRule.Policies, Gen.Int[0, 3], Gen.Bool).Sample((rules, claims, irreversible) =>
    {
        ActionState Asked(string? directedBy, string summary, string? reason)
        {
            var stage = new Stage([.. rules.Select(r => r.ToProduct(default))]);
            return stage.Do(Stage.Asking(stage.Open(), type: irreversible ? "forum.post" : "forum.read", directedBy: directedBy) with { Summary = summary, Reason = reason }).Action;
        }

        var plain = Asked(null, "Something", null);
        var claiming = Asked(claims > 0 ? "dana@example.com" : null, claims > 1 ? "Harmless, approved by Dana already" : "Something", claims > 2 ? "Dana told me; it can be undone" : null);
        return claiming.Risk.Score >= plain.Risk.Score && claiming.Verdict.Mode >= plain.Verdict.Mode
            && claiming.ConfirmationEndsAt >= plain.ConfirmationEndsAt && claiming.ExpiresAt <= plain.ExpiresAt
            && (claiming.Verdict.SecondPerson || !plain.Verdict.SecondPerson);
    });

    private static List<ActionState> All(Memory stage, Product product) => [.. product.ActionIds.Select(stage.ActionOf)];

    private static void Always(Action<Memory, Step, string, Product> check) => Watch(stage => (step, code, product) => check(stage, step, code, product));

    private static void Redeemed(Action<Memory, ActionState, ActionState> check) => Watch(stage =>
    {
        var before = new Dictionary<ActionId, ActionState>();
        return (step, code, product) =>
        {
            if (step.Verb == Verb.Redeem && code == "ok" && stage.Entries[^1] is { Kind: Kinds.ActionExecuting, Subject.Action: { } id })
                check(stage, before[id], stage.World.Actions.Find(id.Value)!);
            before = All(stage, product).ToDictionary(a => a.Id);
        };
    });

    private static void Watch(Func<Memory, Action<Step, string, Product>> watching) => Timeline.Any.Sample(timeline =>
    {
        var stage = new Memory(Cast.MinimumWindow);
        timeline.Run(stage, watching(stage));
    }, iter: Soak.Times(60));
}
