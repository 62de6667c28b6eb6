using System.Diagnostics;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Live;
using AgentApprovals.Stops;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>What a stop cuts, whenever it was opened.</summary>
public sealed class ConnectionTests : IAsyncDisposable
{
    private readonly TestConsole _console = new(timer: false, hangfire: false);

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task What_opens_after_the_cut_of_a_stop_that_is_not_in_the_ledger_yet_is_cut_as_well()
    {
        var run = await (await Scene.SetAsync(_console)).SessionAsync();
        var services = _console.Services;
        var session = (await services.GetRequiredService<Reader>().SessionAsync(new(Guid.Parse(run.Id))))!.Session;
        var (connections, receipts) = (services.GetRequiredService<Connections>(), services.GetRequiredService<StopReceipts>());

        // The control: before the stop, nothing is cut.
        using (var before = connections.Open(session, ConnectionKind.LongPoll))
            Assert.False(before.Cut.IsCancellationRequested);
        var hold = receipts.Act(Ahead(session), Stopwatch.GetTimestamp());
        using (var late = connections.Open(session, ConnectionKind.LongPoll))
            await Eventually.IsAsync(() => Task.FromResult(late.Cut.IsCancellationRequested));
        receipts.Release(hold);
    }

    private static StopState Ahead(SessionState session) => new()
    {
        Sequence = session.Sequence + 1_000,
        Id = new(Guid.CreateVersion7()),
        Scope = StopScope.Session,
        TargetSequence = session.Sequence,
        TargetId = session.Id.Value,
        By = ActorStamp.System("test"),
        At = session.StartedAt,
        Layers = [],
    };
}
