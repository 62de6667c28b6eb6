using AgentApprovals.Runner.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

/// <summary>What a runner does not start: it says why on standard error, and no session is opened.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("a control group that nobody gave it", "ordinary", "cgroup", "", "delegate a group")]
    [InlineData("another user's id without being root", "ordinary", "user", "", "only root")]
    [InlineData("an unknown mechanism", "ordinary", "chroot", "", "there is no mechanism chroot")]
    [InlineData("two promises that exclude each other", "ordinary", null, "--isolate --uncontained", "one of them")]
    public async Task It_does_not_promise_what_it_cant_keep(string what, string user, string? mechanism, string more, string why)
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, user, mechanism, "touch ready\n", more.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(125, await run.ExitAsync());
        Assert.True(run.Errors.Contains(why, StringComparison.Ordinal), $"{what}: {run.Errors}");
        Assert.Empty(console.Requests);
        Assert.False(File.Exists(Path.Combine(run.Folder, "ready")));
    }

    [Fact]
    public async Task Isolation_is_not_promised_by_a_user_id_alone()
    {
        if (!TestHost.Offers("root", "user"))
            return;
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "root", "user", "touch ready\n", ["--isolate"]);

        Assert.Equal(125, await run.ExitAsync());
        Assert.Contains("--isolate needs bubblewrap", run.Errors, StringComparison.Ordinal);
        Assert.Empty(console.Requests);
    }

    [Fact]
    public async Task A_key_file_with_a_second_name_is_refused()
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "ordinary", null, "touch ready\n", prepare: folder => TestHost.Run("ln", $"{folder}/key", $"{folder}/other"));

        Assert.Equal(125, await run.ExitAsync());
        Assert.Contains("hard link", run.Errors, StringComparison.Ordinal);
        Assert.Empty(console.Requests);
    }

    [Fact]
    public async Task A_console_that_refuses_is_quoted()
    {
        await using var console = await FakeConsole.StartAsync();
        console.OpeningRefusal = "agent_stopped";
        using var run = Supervised.Start(console, "ordinary", null, "touch ready\n");

        Assert.Equal(125, await run.ExitAsync());
        Assert.Contains("agent_stopped", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(run.Folder, "ready")));
    }

    [Fact]
    public async Task An_uncontained_agent_is_reported_as_such_and_its_stop_claims_nothing()
    {
        await using var console = await FakeConsole.StartAsync();
        using var run = Supervised.Start(console, "ordinary", null, Ticking.Script, ["--uncontained"]);
        await run.WaitForFileAsync("tick");

        Assert.Contains("\"mechanism\":\"none\"", console.Openings.Single(), StringComparison.Ordinal);
        Assert.Contains("uncontained", run.Errors, StringComparison.Ordinal);
        var report = await console.StopAsync();
        Assert.Equal((null, "none"), (report.Left, report.Mechanism));
        Assert.Equal(137, await run.ExitAsync());
        Assert.False(await run.IsMovingAsync());
        Assert.NotEmpty(run.Agent.Alive());
    }
}
