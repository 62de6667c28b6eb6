using System.Diagnostics;
using AgentApprovals.Runner.Tests.Drivers;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>An agent that looks for its key and for its runner's token in everything that it can read.</summary>
public sealed class SecretTests
{
    // The patterns are written so that the search does not find itself.
    private const string Search = """
        #!/usr/bin/perl
        use strict;
        my $wide = join '\0', split //, 'the-key-that';
        my $secret = qr/aak[_]the-key-that|aar[_]of-the-runner|k\0_\0$wide/;
        my $read = 0;
        sub note { open(my $out, '>>', "$ENV{AA_FOUND}"); print $out "$_[0]\n"; close $out }
        sub look { my ($what, $text) = @_; $read++; note($what) if $text =~ $secret }
        sub file { my $path = shift; open(my $in, '<', $path) or return; local $/; my $text = <$in>; look($path, $text) if defined $text }
        sub tree { my $path = shift; return if -l $path; if (-d $path) { opendir(my $d, $path) or return; tree("$path/$_") for grep { !/^\.\.?$/ } readdir $d } elsif (-f $path && -s $path < 1e6) { file($path) } }
        look("environment of its own: $_", $ENV{$_}) for keys %ENV;
        tree($ENV{HOME});
        opendir(my $proc, '/proc'); my @pids = $ENV{AA_PIDS} ? split /,/, $ENV{AA_PIDS} : grep { /^\d+$/ } readdir $proc;
        for my $pid (@pids) {
            file("/proc/$pid/environ"); file("/proc/$pid/cmdline");
            file("/proc/$pid/root$ENV{HOME}/key"); file("/proc/$pid/cwd/key");
            opendir(my $fds, "/proc/$pid/fd") or next;
            for my $fd (readdir $fds) { my $to = readlink("/proc/$pid/fd/$fd") or next; file("/proc/$pid/fd/$fd") if $to =~ m{^/} && -f "/proc/$pid/fd/$fd" && -s _ < 1e7 }
            next if $pid == $$;
            open(my $maps, '<', "/proc/$pid/maps") or next; open(my $mem, '<:raw', "/proc/$pid/mem") or next;
            while (<$maps>) { /^([0-9a-f]+)-([0-9a-f]+) r.*?(\S*)$/ or next; my ($from, $size, $name) = (hex $1, hex($2) - hex($1), $3); next if $size > 2e8 || $name =~ /vvar|vsyscall/;
                for (my $done = 0; $done < $size; $done += 1e6) { sysseek($mem, $from + $done, 0); my $text; sysread($mem, $text, 1e6 + 100) or last; look("memory of $pid", $text) } }
        }
        open(my $out, '>', "$ENV{AA_FOUND}.done"); print $out $read;
        """;

    public static TheoryData<string, string> Cages() => TestHost.Cages();

    [Theory]
    [MemberData(nameof(Cages))]
    public async Task Key_and_runner_token_are_nowhere_that_the_agent_can_read(string user, string mechanism)
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, user, mechanism, $$"""
            cat > search.pl <<'END'
            {{Search}}
            END
            HOME=$PWD AA_FOUND=$PWD/found perl search.pl
            """);

        Assert.Equal(0, await run.ExitAsync());

        var read = int.Parse(run.Read("found.done"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(read > 20, $"it read {read} things only: {run.Errors}");
        Assert.False(File.Exists(Path.Combine(run.Folder, "found")), "found in " + (File.Exists(Path.Combine(run.Folder, "found")) ? run.Read("found") : ""));
    }

    /// <summary>What shows that the search would find them: the same beside the cage, as the user that the runner is.</summary>
    [Fact]
    public async Task The_same_search_beside_the_cage_finds_the_key()
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, TestHost.Here.IsRoot ? "root" : "ordinary", "pidNamespace", "touch ready; exec sleep 60\n");
        await run.WaitForFileAsync();
        var script = Path.Combine(run.Folder, "search.pl");
        await File.WriteAllTextAsync(script, Search);

        using var search = Process.Start(new ProcessStartInfo("perl", [script]) { WorkingDirectory = run.Folder, Environment = { ["HOME"] = run.Folder, ["AA_FOUND"] = Path.Combine(run.Folder, "found"), ["AA_PIDS"] = $"{run.Pid}" } })!;
        await search.WaitForExitAsync();

        Assert.Contains(Path.Combine(run.Folder, "key"), run.Read("found"), StringComparison.Ordinal);
        if (TestHost.Here.IsRoot)
            Assert.Contains($"memory of {run.Pid}", run.Read("found"), StringComparison.Ordinal);
        Assert.Contains(run.State, run.Read("found"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_comes_by_an_inherited_descriptor_is_not_inherited_further()
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, TestHost.Here.IsRoot ? "root" : "ordinary", "pidNamespace", "ls -l /proc/self/fd > fds\n", keyByPipe: true);

        Assert.Equal(0, await run.ExitAsync());
        Assert.DoesNotContain("7 ->", run.Read("fds"), StringComparison.Ordinal);
        await Eventually.IsAsync(() => Task.FromResult(console.Requests.Contains("DELETE /api/v1/sessions/current")));
    }
}
