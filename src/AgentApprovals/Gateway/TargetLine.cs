using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Webhooks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AgentApprovals.Gateway;

/// <summary>No address of the target may be reached.</summary>
public sealed class RefusedTargetException() : IOException(TargetGuard.NotReachable);

/// <summary>
/// The one line to targets. At each connection the name is looked up, every address is judged, and the socket goes to a judged address, so
/// that no second answer of the DNS is ever asked for. No redirects, no proxy, no cookies.
/// </summary>
public sealed class TargetLine : IDisposable
{
    private static readonly TimeSpan LongestLookUp = TimeSpan.FromSeconds(2);

    private readonly IOutside _outside;
    private readonly IServer _server;

    public TargetLine(IOutside outside, IServer server)
    {
        (_outside, _server) = (outside, server);
        Shared = new(Handler());
    }

    /// <summary>For requests that pass: connections are kept, and used again.</summary>
    public HttpMessageInvoker Shared { get; }

    /// <summary>A line for one request, with one connection: where that breaks, no other is opened for it.</summary>
    /// <param name="sending">Called before the first byte of the request goes out; an exception keeps it in.</param>
    public HttpMessageInvoker Once(Action sending)
    {
        var handler = Handler();
        var connect = handler.ConnectCallback!;
        var connections = 0;
        handler.ConnectCallback = (context, cancel) => Interlocked.Increment(ref connections) == 1 ? connect(context, cancel) : throw new IOException("A stored request is sent once.");
        handler.PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new NotingStream(context.PlaintextStream, sending));
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        return new(handler);
    }

    /// <summary>For one MCP session: each message over a connection of its own, so none is ever said again because an old connection broke.</summary>
    public HttpMessageHandler Each(Action sending)
    {
        var handler = Handler();
        handler.PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new NotingStream(context.PlaintextStream, sending));
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        return handler;
    }

    public void Dispose() => Shared.Dispose();

    /// <summary>Whether a connector may lead there; a name that is not known now is judged when it is.</summary>
    public async Task<bool> MayLeadToAsync(Uri address, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(LongestLookUp);
            var found = await AddressesAsync(address.IdnHost, patience.Token);
            return found.Length == 0 || found.Any(a => MayReach(a, address.Port, address.Scheme == Uri.UriSchemeHttps));
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return true;
        }
    }

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var isSecure = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps;
        Exception refused = new RefusedTargetException();
        foreach (var address in (await AddressesAsync(host, cancel)).Where(a => MayReach(a, port, isSecure)))
        {
            try
            {
                return await _outside.ConnectAsync(new(address, port), cancel);
            }
            catch (SocketException e)
            {
                refused = e;
            }
        }

        throw refused;
    }

    private bool MayReach(IPAddress address, int port, bool isSecure) => TargetGuard.MayReach(address, isSecure) && !IsConsole(address, port);

    /// <summary>A connector that leads back here would put a person's token, as its credential, into an agent's hands.</summary>
    private bool IsConsole(IPAddress address, int port)
    {
        var ours = _server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(a => BindingAddress.Parse(a).Port) ?? [];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return ours.Contains(port) && (IPAddress.IsLoopback(plain)
            || NetworkInterface.GetAllNetworkInterfaces().SelectMany(n => n.GetIPProperties().UnicastAddresses).Any(u => u.Address.Equals(plain)));
    }

    private Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? Task.FromResult<IPAddress[]>([literal]) : _outside.LookUpAsync(host.TrimEnd('.'), cancel).WaitAsync(cancel);

    /// <summary>Tells of each write before it is made.</summary>
    private sealed class NotingStream(Stream inner, Action writing) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            writing();
            inner.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
