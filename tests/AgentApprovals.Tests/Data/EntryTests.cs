using System.Text.Json.Nodes;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using CsCheck;
using Xunit;

namespace AgentApprovals.Tests.Data;

public sealed class EntryTests
{
    [Fact]
    public void The_stored_bytes_are_canonical_whatever_stands_in_them()
    {
        var text = Gen.OneOf(Gen.String, Gen.String[Gen.Char["\"\\\b\n\r\t\u0001\u001f\u007f\u2028é<>&'/💥a"], 0, 12]).Where(s => !s.Any(char.IsSurrogate) || s.EnumerateRunes().All(r => r != System.Text.Rune.ReplacementChar));
        Gen.Select(text, text, text, Gen.Int, Gen.Bool).Sample((reason, name, fact, number, nested) =>
        {
            var stop = new StopState
            {
                Id = new(Guid.Empty),
                Scope = StopScope.Everything,
                By = new("person", null, name),
                Reason = reason,
                At = new(1_000_000_000_000),
                Layers = [new("console", LayerState.Waiting, number, reason)],
            };
            var facts = new JsonObject { ["zeta"] = fact, ["alpha"] = number, ["inside"] = nested ? new JsonObject { ["b"] = 1.50, ["a"] = fact } : null };
            var draft = new Draft(5, stop.At, "stop.ordered", stop.By, default, "stop", 5, facts, RowFacts.BytesOf(null, stop));

            var entry = new EntryWriter(new byte[16], new byte[32]).Chain(draft);

            Assert.Equal(CanonicalJson.Canonicalize(entry.Bytes), entry.Bytes);
            Assert.Equal(fact, entry.Data.GetProperty("zeta").GetString());
            Assert.Equal(reason, entry.Data.GetProperty("set").GetProperty("reason").GetString());
        }, iter: 2000);
    }

    [Fact]
    public void A_change_says_what_changed_and_nothing_else()
    {
        var before = new StopState { Sequence = 5, Id = new(Guid.Empty), Scope = StopScope.Everything, By = ActorStamp.System("x"), At = new(0), Layers = [new("console", LayerState.Waiting, null, "")] };
        Assert.Equal("{}", RowFacts.Of(before, before with { Layers = [new("console", LayerState.Waiting, null, "")] }).ToJsonString());
        Assert.Equal("""{"reason":"because","settled":true}""", RowFacts.Of(before, before with { Settled = true, Reason = "because" }).ToJsonString());
        Assert.Equal("""{"reason":null}""", RowFacts.Of(before with { Reason = "because" }, before).ToJsonString());
    }
}
