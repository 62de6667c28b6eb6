using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentApprovals.Tests.Nodes;

/// <summary>The line between a node and its database: passes everything on, until it is cut, or stalls.</summary>
public sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile TaskCompletionSource? _stalled;
    private volatile byte[]? _mark;
    private long _room = long.MaxValue;
    private int _held;

    public Line(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether a stalled line holds something back, or has not sent it on yet.</summary>
    public bool HoldsBack => Volatile.Read(ref _held) > 0;

    /// <summary>Nothing goes through, and nobody is told: as a cable that was pulled.</summary>
    public void Cut()
    {
        _isCut = true;
        _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _room, 0);
    }

    /// <summary>A message to the database that is longer goes through by half, and what comes after it not at all.</summary>
    public void StallAfter(int bytes)
    {
        _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _room, bytes);
    }

    /// <summary>The first message to the database that carries these bytes, and what comes after it, does not go through.</summary>
    public void StallAt(string mark)
    {
        _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _mark = Encoding.UTF8.GetBytes(mark);
    }

    /// <summary>What was held back of a stalled line goes on; lines that were cut are torn, and new ones go through.</summary>
    public void Mend()
    {
        Interlocked.Exchange(ref _room, long.MaxValue);
        var stalled = _stalled;
        _stalled = null;
        _mark = null;
        if (_isCut)
        {
            foreach (var client in _open.Keys)
                client.Close();
        }

        _isCut = false;
        stalled?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        _stalled?.TrySetResult();
        foreach (var client in _open.Keys)
            client.Close();
        await Task.WhenAny(_accepting);
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _open[client] = _open[server] = true;
        try
        {
            await server.ConnectAsync(_host, _port);
            client.NoDelay = server.NoDelay = true;
            await Task.WhenAny(PumpAsync(client, server, isUp: true), PumpAsync(server, client, isUp: false));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One end is gone; so is the other.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            client.Close();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isUp)
    {
        var buffer = new byte[64 * 1024];
        var (source, target) = (from.GetStream(), to.GetStream());
        while (await source.ReadAsync(buffer, _end.Token) is > 0 and var count)
        {
            var passes = count;
            if (_stalled is { } stalled && (isUp || _isCut))
            {
                if (_mark is { } mark && buffer.AsSpan(0, count).IndexOf(mark) >= 0)
                    Interlocked.Exchange(ref _room, 0);
                passes = (int)Math.Clamp(Interlocked.Read(ref _room), 0, count);
                Interlocked.Add(ref _room, -passes);
                await target.WriteAsync(buffer.AsMemory(0, passes), _end.Token);
                if (passes == count)
                    continue;
                Interlocked.Increment(ref _held);
                try
                {
                    await stalled.Task.WaitAsync(_end.Token);
                    await target.WriteAsync(buffer.AsMemory(passes, count - passes), _end.Token);
                }
                finally
                {
                    Interlocked.Decrement(ref _held);
                }

                continue;
            }

            await target.WriteAsync(buffer.AsMemory(0, passes), _end.Token);
        }
    }
}
