using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AgentApprovals.Databases;

/// <summary>
/// A throwaway PostgreSQL of this process: fresh, in a folder of its own, on a port of this machine alone, fast where nothing of it has
/// to outlive a power cut. It ends and is removed with this process, also when this process is killed.
/// </summary>
internal sealed class PostgresCluster : IDisposable
{
    /// <summary>
    /// What stands guard: makes the cluster, serves, and waits on a pipe that closes with the process that started it, however that ends.
    /// Text is sorted as people do it (ICU), as in most databases of the world, so that what machines compare has to say so.
    /// </summary>
    private const string Guard =
        """
        trap '' INT TERM HUP
        folder=$(mktemp -d "${TMPDIR:-/tmp}/agent-approvals-postgresql-XXXXXX") || exit 1
        echo "$folder"
        programs=$1 port=$2 durable=$3
        shift 3
        make() { "$programs/initdb" -D "$folder/data" -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 "$1" "$2" >>"$folder/log" 2>&1; }
        if make --locale-provider=icu --icu-locale=en-US || make --lc-time=C --lc-numeric=C; then
          env "$@" "$programs/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" -c max_connections=400 -c shared_buffers=128MB \
            -c fsync=$durable -c synchronous_commit=$durable -c full_page_writes=$durable -c max_wal_size=4GB -c log_min_messages=fatal \
            </dev/null >>"$folder/log" 2>&1 &
          server=$!
          cat >/dev/null
          kill -QUIT $server
          wait $server
        fi
        exec 2>&1
        tail -n 20 "$folder/log"
        rm -rf "$folder"
        """;

    private readonly Process _guard;
    private int _ended;

    private PostgresCluster(Process guard, string folder, int port) =>
        (_guard, Folder, Server) = (guard, folder, new(new() { Host = "127.0.0.1", Port = port, Username = "postgres" }));

    /// <summary>Where it is, until it ends.</summary>
    public string Folder { get; }

    /// <param name="programs">Where <c>initdb</c> and <c>postgres</c> are.</param>
    /// <param name="environment">Of the server, beside this process's own.</param>
    /// <param name="isDurable">A commit is on disk when it is answered, as it has to be wherever time is measured.</param>
    public static PostgresCluster Start(string programs, IReadOnlyDictionary<string, string>? environment = null, bool isDurable = false)
    {
        // Somebody may take the port that was free; then it is another's turn.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var guard = Process.Start(Command(programs, port, isDurable, environment)) ?? throw new InvalidOperationException("No shell.");
            var cluster = new PostgresCluster(guard, guard.StandardOutput.ReadLine() ?? "", port);
            if (cluster.Serves())
                return cluster;
            guard.StandardInput.Close();
            var said = guard.StandardOutput.ReadToEnd();
            if (attempt == 3)
                throw new InvalidOperationException($"PostgreSQL in {programs} does not serve:\n{said}");
        }
    }

    /// <summary>For as long as it lives.</summary>
    public PostgresServer Server { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
    }

    private static ProcessStartInfo Command(string programs, int port, bool isDurable, IReadOnlyDictionary<string, string>? environment)
    {
        // A session of its own: what ends the tests' process group leaves the guard to its work. PostgreSQL refuses to run as root.
        List<string> words = OperatingSystem.IsLinux() ? ["setsid"] : [];
        if (Environment.IsPrivilegedProcess)
        {
            var user = File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
            words.AddRange(["setpriv", $"--reuid={user}", $"--regid={(user == "nobody" ? "nogroup" : user)}", "--clear-groups"]);
        }

        words.AddRange(["sh", "-c", Guard, "postgresql-guard", programs, $"{port}", isDurable ? "on" : "off", .. environment?.Select(e => $"{e.Key}={e.Value}") ?? []]);
        return new(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
    }

    private bool Serves()
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(1) && !_guard.HasExited; Thread.Sleep(20))
        {
            try
            {
                Server.Run("SELECT 1");
                return true;
            }
            catch (NpgsqlException)
            {
                // Not yet.
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
