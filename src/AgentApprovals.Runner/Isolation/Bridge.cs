using System.Net;
using System.Net.Sockets;

namespace AgentApprovals.Runner.Isolation;

/// <summary>
/// Inside the cage: listens on the loopback address, which in a network namespace of one's own nobody else has, and hands every connection on to the socket that
/// was bound in. Programs speak to an ordinary address and need not know.
/// </summary>
internal static class Bridge
{
    public const int Port = 5080;

    public static string Url { get; } = $"http://127.0.0.1:{Port}";

    /// <summary>Says <c>ready</c> on standard output once it listens, then serves until it is killed.</summary>
    public static async Task RunAsync(string socket, CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start(128);
        Console.Out.WriteLine("ready");
        Console.Out.Close();
        while (!cancellation.IsCancellationRequested)
            _ = CarryAsync(await listener.AcceptSocketAsync(cancellation), socket);
    }

    /// <summary>The shell's text that starts the bridge, waits for it and becomes the command that follows.</summary>
    /// <param name="self">How this very program is started.</param>
    /// <param name="folder">A folder in the cage that is the child's own.</param>
    public static string Script(IEnumerable<string> self, string socket, string dotnetRoot, string folder) => $"""
        mkfifo {Quote(folder + "/ready")} || exit 125
        (DOTNET_ROOT={Quote(dotnetRoot)} DOTNET_EnableDiagnostics=0 {string.Join(' ', self.Select(Quote))} bridge --socket {Quote(socket)} >{Quote(folder + "/ready")} </dev/null &)
        read -r word <{Quote(folder + "/ready")}
        [ "$word" = ready ] || exit 125
        rm {Quote(folder + "/ready")}
        exec "$@"
        """;

    private static async Task CarryAsync(Socket inward, string path)
    {
        using var outward = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (inward)
        {
            try
            {
                await outward.ConnectAsync(new UnixDomainSocketEndPoint(path));
                await Task.WhenAll(PumpAsync(inward, outward), PumpAsync(outward, inward));
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // One of the two ended it; the other sees its end.
            }
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Half a connection is of no use to the other side.
            from.Dispose();
            to.Dispose();
        }
    }

    private static string Quote(string text) => "'" + text.Replace("'", """'\''""", StringComparison.Ordinal) + "'";
}
