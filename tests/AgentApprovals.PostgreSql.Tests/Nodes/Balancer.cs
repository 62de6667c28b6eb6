using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentApprovals.Databases;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Tests.Nodes;

/// <summary>
/// nginx in front of both nodes, as an operator would set it up: whoever has no node yet is given one by a cookie, and comes to the other
/// only where that one is gone. Beside it the same without the cookie, which sends each request to the next node.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    public const string Missing = "There is no nginx here, and no right to fetch it with apt-get.";

    private const string Binary = "/usr/sbin/nginx";

    private readonly Process _process;
    private readonly string _folder;

    private Balancer(Process process, string folder, int sticky, int fickle) =>
        (_process, _folder, Address, Fickle) = (process, folder, new($"http://127.0.0.1:{sticky}"), new($"http://127.0.0.1:{fickle}"));

    public static bool IsThere
    {
        get
        {
            DebianPackages.Fetch(() => File.Exists(Binary), "nginx-light");
            return File.Exists(Binary);
        }
    }

    public Uri Address { get; }

    /// <summary>Where nobody stays with a node.</summary>
    public Uri Fickle { get; }

    public static async Task<Balancer> StartAsync(Pair pair)
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-balancer-").FullName;
        var (sticky, fickle) = (FreePort(), FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), Configuration(folder, sticky, fickle, pair.A.Address.Authority, pair.B.Address.Authority));
        var process = Process.Start(new ProcessStartInfo(Binary, ["-p", folder, "-c", Path.Combine(folder, "nginx.conf")]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var balancer = new Balancer(process, folder, sticky, fickle);
        using var http = new HttpClient { BaseAddress = balancer.Address };
        await Eventually.IsAsync(async () =>
        {
            try
            {
                return (await http.GetAsync("/health/live")).IsSuccessStatusCode;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                return false;
            }
        });
        return balancer;
    }

    /// <summary>Somebody who was given a node, <c>a</c> or <c>b</c>.</summary>
    public Person By(string node, string token)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(Address, "/api/v1/") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        http.DefaultRequestHeaders.Add("Cookie", $"node={node}");
        return new(http);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Configuration(string folder, int sticky, int fickle, string a, string b) => $$"""
        daemon off; master_process off; pid {{folder}}/pid; error_log stderr crit;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/1; proxy_temp_path {{folder}}/2; fastcgi_temp_path {{folder}}/3; uwsgi_temp_path {{folder}}/4; scgi_temp_path {{folder}}/5;
          map $request_id $drawn { default a; ~^[0-7] b; }
          map $cookie_node $node { default $drawn; a a; b b; }
          map $http_upgrade $upgraded { default upgrade; "" ""; }
          # A node that could not be reached is asked again with the next request: it may be back, and the other gone.
          upstream a { server {{a}} max_fails=0; server {{b}} max_fails=0 backup; }
          upstream b { server {{b}} max_fails=0; server {{a}} max_fails=0 backup; }
          upstream next { server {{a}}; server {{b}}; }
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_set_header X-Forwarded-Proto $scheme;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $upgraded;
          proxy_read_timeout 90s;
          server {
            listen 127.0.0.1:{{sticky}};
            location / { proxy_pass http://$node; add_header Set-Cookie "node=$node; Path=/; HttpOnly" always; }
          }
          server { listen 127.0.0.1:{{fickle}}; location / { proxy_pass http://next; } }
        }
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
