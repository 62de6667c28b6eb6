using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentApprovals.Databases;

namespace AgentApprovals.Tests.Gateway;

/// <summary>nginx, as somebody else's reading of paths: it answers each request with the path that it takes it for.</summary>
internal sealed class Nginx : IDisposable
{
    private const string Binary = "/usr/sbin/nginx";

    private readonly Process _process;
    private readonly string _folder;
    private readonly int _port;

    private Nginx(Process process, string folder, int port) => (_process, _folder, _port) = (process, folder, port);

    public static async Task<Nginx> StartAsync()
    {
        DebianPackages.Fetch(() => File.Exists(Binary), "nginx-light");
        var folder = Directory.CreateTempSubdirectory("agent-approvals-nginx-").FullName;
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off; master_process off; pid {{folder}}/pid; error_log stderr crit;
            events { worker_connections 64; }
            http {
              access_log off; default_type text/plain;
              client_body_temp_path {{folder}}/a; proxy_temp_path {{folder}}/b; fastcgi_temp_path {{folder}}/c; uwsgi_temp_path {{folder}}/d; scgi_temp_path {{folder}}/e;
              server { listen 127.0.0.1:{{port}}; location / { return 200 "$uri"; } }
            }
            """);
        var process = Process.Start(new ProcessStartInfo(Binary, ["-p", folder, "-c", Path.Combine(folder, "nginx.conf")]) { RedirectStandardError = true })!;
        var nginx = new Nginx(process, folder, port);
        await Drivers.Eventually.IsAsync(async () =>
        {
            try
            {
                return await nginx.ReadAsync("/up") == "/up";
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return nginx;
    }

    /// <summary>The path that a request line stands for, decoded and with its dots resolved; null where nginx refuses it.</summary>
    public async Task<string?> ReadAsync(string target)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _port);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.0\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream(), Encoding.UTF8);
        var answer = await reader.ReadToEndAsync();
        return answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] : null;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
