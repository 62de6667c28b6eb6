using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AgentApprovals.Runner.Tests.Drivers;

/// <summary>Programs of the host that an agent could speak to, each by its name; what reaches them is noted.</summary>
public sealed class HostSockets : IDisposable
{
    private readonly List<Socket> sockets = [];
    private readonly string elsewhere;

    public HostSockets(string folder)
    {
        elsewhere = Directory.CreateDirectory($"/var/tmp/agent-sockets-{Random.Shared.Next():x8}").FullName;
        File.SetUnixFileMode(elsewhere, (UnixFileMode)0b111_111_111);
        var tcp = Listen("tcp", new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), new IPEndPoint(IPAddress.Loopback, 0));
        var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        sockets.Add(udp);
        _ = Task.Run(async () =>
        {
            while (await udp.ReceiveAsync(new byte[100]) > 0)
                Reached["udp"] = true;
        });
        var name = $"agent-{Random.Shared.Next():x8}";
        Listen("abstract", Unix(), new UnixDomainSocketEndPoint("\0" + name));
        // Where the agent works, and where it has no business.
        foreach (var (kind, path) in new[] { ("path in its folder", $"{folder}/host.sock"), ("path elsewhere", $"{elsewhere}/host.sock") })
        {
            Listen(kind, Unix(), new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }

        Places = $"tcp={Port(tcp)} udp={Port(udp)} abstract={name} folder={folder}/host.sock elsewhere={elsewhere}/host.sock";
    }

    public ConcurrentDictionary<string, bool> Reached { get; } = new();

    /// <summary>As a shell's assignments.</summary>
    public string Places { get; }

    public void Dispose()
    {
        sockets.ForEach(s => s.Dispose());
        Directory.Delete(elsewhere, recursive: true);
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static Socket Unix() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private Socket Listen(string kind, Socket socket, EndPoint at)
    {
        socket.Bind(at);
        socket.Listen();
        sockets.Add(socket);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var caller = await socket.AcceptAsync();
                Reached[kind] = true;
            }
        });
        return socket;
    }
}
