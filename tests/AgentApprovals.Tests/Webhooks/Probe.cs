using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AgentApprovals.Webhooks;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>The network as a test has it: names stand for what it says, and each socket that would be opened is written down and not opened.</summary>
public sealed class Probe : IOutside
{
    private readonly ConcurrentQueue<IPEndPoint> _opened = new();

    /// <summary>What a name stands for at each asking; one that is not here is not known.</summary>
    public ConcurrentDictionary<string, Func<string[]>> Names { get; } = new();

    public IReadOnlyList<IPEndPoint> Opened => [.. _opened];

    public Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancel) => Names.TryGetValue(host.ToLowerInvariant(), out var answer)
        ? Task.FromResult(answer().Select(IPAddress.Parse).ToArray())
        // What the machine's own resolver makes of the many ways to write a number (inet_aton).
        : Uri.CheckHostName(host) == UriHostNameType.IPv4 ? Task.FromResult(new[] { IPAddress.Parse(new Uri($"http://{host}/").Host) })
        : throw new SocketException((int)SocketError.HostNotFound);

    public Task<Stream> ConnectAsync(IPEndPoint to, CancellationToken cancel)
    {
        _opened.Enqueue(to);
        throw new SocketException((int)SocketError.ConnectionRefused);
    }
}
