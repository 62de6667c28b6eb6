using System.Diagnostics;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>An isolated agent tries every way out.</summary>
public sealed class IsolationTests
{
    private const string Attempts = """
        use strict; use Socket; use IO::Socket::INET; use IO::Socket::UNIX;
        my %at = map { split /=/, $_, 2 } @ARGV;
        my @through;
        push @through, 'tcp' if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $at{tcp}, Timeout => 2);
        push @through, 'tcp outward' if IO::Socket::INET->new(PeerAddr => '192.0.2.1', PeerPort => 53, Timeout => 0.3);
        for ('127.0.0.1', '192.0.2.1') { my $u = IO::Socket::INET->new(PeerAddr => $_, PeerPort => $at{udp}, Proto => 'udp') or next; $u->send('hello') }
        for my $path ($at{folder}, $at{elsewhere}) { push @through, $path if IO::Socket::UNIX->new(Peer => $path) }
        socket(my $abstract, AF_UNIX, SOCK_STREAM, 0); push @through, 'abstract' if connect($abstract, pack_sockaddr_un("\0$at{abstract}"));
        # a name can be asked for only by a packet that leaves
        if (open(my $resolv, '<', '/etc/resolv.conf')) { while (<$resolv>) { /^nameserver\s+([0-9.]+)/ or next; my $u = IO::Socket::INET->new(PeerAddr => $1, PeerPort => 53, Proto => 'udp') or next; push @through, "dns $1" if $u->send('x') } }
        open(my $out, '>', 'through.new'); print $out join("\n", @through); close $out; rename 'through.new', 'through';
        """;

    // By hand, for a library would follow rules that an agent need not.
    private const string Ask = """
        use strict; use IO::Socket::INET;
        my ($file, $target, $host, $token) = @ARGV;
        my ($port) = $ENV{AGENT_APPROVALS_URL} =~ /:(\d+)$/;
        my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5) or die "no way to the console: $!";
        print $s "GET $target HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n" . ($token ? "Authorization: Bearer $token\r\n" : '') . "\r\n";
        local $/; my $answer = <$s>; open(my $out, '>', $file); print $out $answer;
        """;

    public static TheoryData<string, string> Cages()
    {
        var cages = new TheoryData<string, string>();
        foreach (var cage in TestHost.Cages().Where(c => c.Data.Item2 != "user"))
            cages.Add(cage.Data.Item1, cage.Data.Item2);
        return cages;
    }

    [Theory]
    [MemberData(nameof(Cages))]
    public async Task Nothing_but_the_console_is_reached(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync();
        HostSockets? host = null;
        using var run = Supervised.Start(console, user, mechanism, """
            . ./places
            perl attempts.pl tcp=$tcp udp=$udp abstract=$abstract folder=$folder elsewhere=$elsewhere
            perl ask.pl own /api/v1/sessions/current 127.0.0.1 $AGENT_APPROVALS_SESSION_TOKEN
            perl ask.pl named /api/v1/sessions/current elsewhere.example.com $AGENT_APPROVALS_SESSION_TOKEN
            perl ask.pl whole http://127.0.0.1:$tcp/api/v1/sessions/current 127.0.0.1:$tcp $AGENT_APPROVALS_SESSION_TOKEN
            perl ask.pl stolen /api/v1/sessions/current 127.0.0.1 aap_of-a-person
            touch ready; exec sleep 60
            """, ["--isolate"], prepare: folder =>
        {
            host = new(folder);
            File.WriteAllText($"{folder}/places", host.Places.Replace(' ', '\n') + "\n");
            File.WriteAllText($"{folder}/attempts.pl", Attempts);
            File.WriteAllText($"{folder}/ask.pl", Ask);
        });
        using (host)
        {
            await run.WaitForFileAsync(seconds: 30);

            Assert.Equal("", run.Read("through"));
            Assert.Empty(host!.Reached);
            Assert.StartsWith("HTTP/1.1 200", run.Read("own"), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 200", run.Read("named"), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 200", run.Read("whole"), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 403", run.Read("stolen"), StringComparison.Ordinal);
            Assert.Contains("\"isolated\":true", console.Openings.Single(), StringComparison.Ordinal);

            var report = await console.StopAsync();
            Assert.Equal((0, true), (report.Left!.Value, report.NetworkCut!.Value));
            Assert.Empty(run.Agent.Alive());
            Assert.Equal(137, await run.ExitAsync());
        }
    }

    /// <summary>What shows that the attempts would succeed: the same, outside.</summary>
    [Fact]
    public async Task The_same_attempts_outside_reach_every_one()
    {
        var folder = Directory.CreateTempSubdirectory("agent-control-").FullName;
        using (var host = new HostSockets(folder))
        {
            await File.WriteAllTextAsync($"{folder}/attempts.pl", Attempts);
            using var process = Process.Start(new ProcessStartInfo("perl", ["attempts.pl", .. host.Places.Split(' ')]) { WorkingDirectory = folder })!;
            await process.WaitForExitAsync();

            await Eventually.IsAsync(() => Task.FromResult(host.Reached.Count == 5));
        }

        Directory.Delete(folder, recursive: true);
    }
}
