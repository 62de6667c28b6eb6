using System.Net;
using System.Net.Sockets;
using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Webhooks;

/// <summary>The network outside: what a name stands for at this moment, and a connection to one address.</summary>
public interface IOutside
{
    Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancel);

    Task<Stream> ConnectAsync(IPEndPoint to, CancellationToken cancel);
}

/// <summary>The machine's own resolver and sockets.</summary>
internal sealed class Outside : IOutside
{
    public Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancel) => Dns.GetHostAddressesAsync(host, cancel);

    public async Task<Stream> ConnectAsync(IPEndPoint to, CancellationToken cancel)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>No address of the host may be reached.</summary>
public sealed class RefusedAddressException() : Exception("The address may not be reached (Webhooks:AllowedNetworks).");

/// <summary>
/// The one line out for webhooks. At each connection the name is looked up, every address is judged, and the socket goes to a
/// judged address and not to the name, so that no second answer of the DNS is ever asked for. No redirects, no proxy.
/// </summary>
public sealed class WebhookLine : IDisposable
{
    private static readonly TimeSpan LongestLookUp = TimeSpan.FromSeconds(2);

    private readonly AddressGuard _guard;
    private readonly IOutside _outside;

    public WebhookLine(AddressGuard guard, IOutside outside)
    {
        (_guard, _outside) = (guard, outside);
        Http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>Sends requests; how long one may take is for whoever sends it.</summary>
    public HttpMessageInvoker Http { get; }

    public void Dispose() => Http.Dispose();

    /// <summary>Whether an endpoint may be registered; a name that is not known now is judged when it is.</summary>
    public async Task<bool> MayRegisterAsync(Uri url, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(url);
        var isSecure = url.Scheme == Uri.UriSchemeHttps;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(LongestLookUp);
            var found = await AddressesAsync(WebhookReader.HostOf(url), patience.Token);
            return found.Length == 0 ? AddressGuard.MayReachUnknown(url.Port, isSecure) : found.Any(a => _guard.MayReach(a, url.Port, isSecure));
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return AddressGuard.MayReachUnknown(url.Port, isSecure);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var isSecure = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps;
        var judged = (await AddressesAsync(host, cancel)).Where(a => _guard.MayReach(a, port, isSecure)).ToList();
        Exception refused = new RefusedAddressException();
        foreach (var address in judged)
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

    /// <summary>A resolver that hangs is left to hang by itself.</summary>
    private Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? Task.FromResult<IPAddress[]>([literal]) : _outside.LookUpAsync(host, cancel).WaitAsync(cancel);
}
