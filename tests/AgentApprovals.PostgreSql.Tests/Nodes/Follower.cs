using System.Diagnostics;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Live;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>A reviewer who follows everything by event stream and by hub, at whichever node is there, and comes back with the last that they were told.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly List<long> _byStream = [];
    private readonly List<long> _byHub = [];
    private EventClient? _stream;
    private LiveClient? _hub;
    private Node? _at;

    /// <summary>What came by either, over all nodes that were asked.</summary>
    public IEnumerable<IReadOnlyList<long>> Told => [[.. _byStream, .. _stream?.Sequences ?? []], [.. _byHub, .. _hub?.Sequences ?? []]];

    /// <summary>The last entry that the event stream told.</summary>
    public long Last => Told.First()[^1];

    /// <summary>The first time from now; afterwards from where each way broke off.</summary>
    public async Task ConnectAsync(Node to)
    {
        _byStream.AddRange(_stream?.Sequences ?? []);
        _byHub.AddRange(_hub?.Sequences ?? []);
        await DisposeAsync();
        _at = to;
        _stream = await EventClient.OpenAsync(to.Admin, _byStream.Count > 0 ? _byStream[^1] : null);
        _hub = await LiveClient.ConnectAsync(to.Address, TestConsole.AdminToken);
        await _hub.SubscribeAsync(_byHub.Count > 0 ? _byHub[^1] : null);
    }

    /// <summary>Both ways have told an entry; one that ended meanwhile is gone on with.</summary>
    public async Task UntilAsync(long sequence)
    {
        for (var began = Stopwatch.GetTimestamp(); Told.Any(t => t.Count == 0 || t[^1] < sequence);)
        {
            Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds < 90,
                $"{sequence} was not told: the stream is at {string.Join(", ", Told.First().TakeLast(3))}, the hub at {string.Join(", ", Told.Last().TakeLast(3))}.");
            // A console that could not read for a moment ends a telling rather than leave a gap; whoever follows comes back, as ever.
            if (_hub!.Closed.IsCompleted || _stream!.Ended.IsCompleted)
                await ConnectAsync(_at!);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Each way told all from its first to its last, once and in order.</summary>
    public void HasMissedNothing() => Assert.All(Told, t => Assert.Equal(Enumerable.Range(0, t.Count).Select(i => t[0] + i), t));

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
            await _stream.DisposeAsync();
        if (_hub is not null)
            await _hub.DisposeAsync();
        (_stream, _hub) = (null, null);
    }
}
