using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Model;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace AgentApprovals.Tests.Model;

/// <summary>A writer that knows nothing but what is in the database sees the same bursts, and finishes what another had begun.</summary>
public sealed class BurstRestartTests : IDisposable
{
    private static readonly PlainRule Rule = new() { Name = "Mild", Mode = "allow", Window = 60, Expires = 900, BurstCount = 3, BurstSeconds = 60 };

    private readonly RealLedger _real = new();
    private readonly Product _product;

    public BurstRestartTests()
    {
        _product = new(_real, [[Rule]], (_, _) => { });
        _product.Open("dana@example.com");
    }

    public void Dispose() => _real.Dispose();

    [Fact]
    public async Task What_waited_before_a_restart_is_gathered_after_it()
    {
        for (var i = 0; i < 3; i++)
            Ask(i);
        Assert.All(Statuses, s => Assert.Equal(ActionStatus.Approved, s));
        _real.Restart();
        Ask(3);
        Assert.All(Statuses, s => Assert.Equal(ActionStatus.Pending, s));
        Assert.Single(_product.ActionIds.Select(id => _real.ActionOf(id).Burst).Distinct());
        Assert.Empty(await Replay.DifferencesAsync(_real.Contexts));
    }

    [Fact]
    public async Task An_open_burst_is_open_after_a_restart_and_a_no_that_was_cut_short_is_finished()
    {
        for (var i = 0; i < 4; i++)
            Ask(i);
        _real.Restart();
        _product.Pass(59_000);
        Ask(4);
        var burst = _real.ActionOf(_product.ActionIds[4]).Burst!.Value;
        Assert.Equal(burst, _real.ActionOf(_product.ActionIds[0]).Burst);

        // Only one member was written down when the writer ended.
        var rita = await RitaAsync();
        _real.Try(new DenyBurst(rita, burst, "None of it.", [_real.ActionOf(_product.ActionIds[2]).Sequence])).Require();
        _real.Restart();
        Assert.Equal(1, Statuses.Count(s => s == ActionStatus.Denied));
        Ask(5);
        Assert.Equal(ActionStatus.Denied, Statuses[^1]);
        _real.Sweep();
        Assert.All(Statuses, s => Assert.Equal(ActionStatus.Denied, s));
        Assert.All(_product.ActionIds, id => Assert.Equal((rita.Person, "None of it."), (_real.ActionOf(id).Denial!.Person, _real.ActionOf(id).Denial!.Comment)));
        Assert.True(_real.BurstOf(burst).Settled);
        Assert.Empty(await Replay.DifferencesAsync(_real.Contexts));
    }

    private List<ActionStatus> Statuses => [.. _product.ActionIds.Select(id => _real.ActionOf(id).Status)];

    private void Ask(int number) => Assert.Equal("ok", _product.Submit(0, "forum.read", number % 2, number % 3, null, null));

    private async Task<PersonActor> RitaAsync()
    {
        await using var db = await _real.Contexts.CreateDbContextAsync();
        return new((await db.People.AsNoTracking().SingleAsync(p => p.EmailKey == Email.Key("rita@example.com"))).Id);
    }
}
