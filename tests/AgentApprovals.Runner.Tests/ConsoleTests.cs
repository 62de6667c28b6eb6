using System.Diagnostics;
using System.Net;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>The real runner under the real console: what a person orders, from the call of the API to what is left of the process.</summary>
public sealed class ConsoleTests : IAsyncLifetime
{
    private RealConsole console = null!;

    public static TheoryData<string, string> Cages() => TestHost.Cages();

    public async ValueTask InitializeAsync() => console = await RealConsole.StartAsync(5);

    public ValueTask DisposeAsync() => console.DisposeAsync();

    /// <summary>With <c>AA_SOAK</c> that often, and the figures of all.</summary>
    [Fact]
    public async Task The_receipt_of_a_stop_shows_the_processes_death()
    {
        foreach (var (user, mechanism) in TestHost.Cages().Select(c => c.Data))
        {
            var times = new List<double>();
            for (var i = 0; i < Soak.Times(1); i++)
                times.Add(await StopAsync(user, mechanism));
            times.Sort();
            TestContext.Current.TestOutputHelper?.WriteLine($"{user}, {mechanism}: from the stop's POST to the confirmed receipt: median {times[times.Count / 2]:0} ms, worst {times[^1]:0} ms of {times.Count}");
        }
    }

    [Fact]
    public async Task A_pause_freezes_a_continue_thaws_and_a_stop_ends_a_paused_agent_as_well()
    {
        if (!TestHost.Offers("root", "cgroup"))
            return;
        var (run, session) = await console.AgentAsync("root", "cgroup");
        Assert.True((bool)(await PostAsync(session, "pause")).Is(HttpStatusCode.OK)["paused"]!);
        Assert.False(await run.IsMovingAsync());
        Assert.NotEmpty(run.Agent.Alive());
        // It goes on standing still over renewals, which say the same.
        var heard = await ExpiryAsync(session);
        await Eventually.IsAsync(async () => await ExpiryAsync(session) > heard);
        Assert.False(await run.IsMovingAsync());

        Assert.False((bool)(await PostAsync(session, "continue")).Is(HttpStatusCode.OK)["paused"]!);
        Assert.True(await run.IsMovingAsync());
        (await PostAsync(session, "pause")).Is(HttpStatusCode.OK);
        (await PostAsync(session, "stop")).Is(HttpStatusCode.Accepted);
        Assert.Equal("confirmed", (await console.LayerAsync(session, "process"))?.State);
        Assert.Empty(run.Agent.Alive());
    }

    [Fact]
    public async Task A_child_that_would_be_its_own_runner_is_refused()
    {
        // The control: for what it is, the child's token is good.
        const string Script = """
            ask() { perl -MIO::Socket::INET -e '($h) = $ENV{AGENT_APPROVALS_URL} =~ m|//([^/]+)|; $s = IO::Socket::INET->new($h) or die;
                print $s "$ARGV[0] HTTP/1.1\r\nHost: $h\r\nAuthorization: Bearer $ENV{AGENT_APPROVALS_SESSION_TOKEN}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"; $_ = <$s>; print /(\d{3}) /' "$1"; }
            echo "$(ask 'POST /hubs/runner/negotiate?negotiateVersion=1') $(ask 'GET /api/v1/sessions/current')" > asked
            echo 1 > tick
            sleep 60
            """;
        var (user, mechanism) = TestHost.Offers("root", "cgroup") ? ("root", "cgroup") : ("ordinary", "pidNamespace");
        var (run, session) = await console.AgentAsync(user, mechanism, Script);
        Assert.Matches("^40[13] 200\n$", run.Read("asked"));
        Assert.Equal("connected", (string?)(await console.SessionAsync(session))["runner"]!["state"]);
    }

    private async Task<double> StopAsync(string user, string mechanism)
    {
        var (run, session) = await console.AgentAsync(user, mechanism);
        var before = await console.SessionAsync(session);
        Assert.Equal(("connected", mechanism), ((string?)before["runner"]!["state"], (string?)before["runner"]!["mechanism"]));

        var began = Stopwatch.GetTimestamp();
        var receipt = (await PostAsync(session, "stop")).Is(HttpStatusCode.Accepted);
        await Eventually.IsAsync(async () =>
        {
            receipt = RealConsole.LayerOf(receipt, "process").State == "waiting" ? (await console.Admin.Get($"stops/{receipt["id"]}")).Is(HttpStatusCode.OK) : receipt;
            return RealConsole.LayerOf(receipt, "process").State != "waiting";
        });
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;

        Assert.Empty(run.Agent.Alive());
        var (state, detail) = RealConsole.LayerOf(receipt, "process");
        Assert.Equal("confirmed", state);
        Assert.Matches($@"^[1-9]\d* processes killed on {Environment.MachineName}, 0 left \({mechanism}\)$", detail);
        Assert.Equal(137, await run.ExitAsync());
        Assert.Equal("dead", (string?)(await console.SessionAsync(session))["runner"]!["state"]);
        return took;
    }

    private Task<Answer> PostAsync(string session, string what) => console.Admin.Post($"sessions/{session}/{what}", new { });

    private async Task<DateTimeOffset> ExpiryAsync(string session) => (DateTimeOffset)(await console.SessionAsync(session))["runner"]!["leaseExpiresAt"]!;
}
