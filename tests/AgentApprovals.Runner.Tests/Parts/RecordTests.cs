using System.Collections;
using AgentApprovals.Client;
using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Cages;
using AgentApprovals.Runner.Commands;
using AgentApprovals.Runner.Host;
using AgentApprovals.Runner.Reports;

namespace AgentApprovals.Runner.Tests.Parts;

public sealed class RecordTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("agent-records-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_run_is_left_behind_once_its_runner_is_gone_whoever_has_its_number_now()
    {
        var records = new RunRecords(folder.FullName);
        var pid = Environment.ProcessId;
        var mine = Run(pid, ProcessTable.StartTime(pid)!);
        var reused = Run(pid, "1");
        records.Write(mine);
        records.Write(reused with { Report = new(7, 0, 12, "cgroup", "lease") });
        File.WriteAllText(Path.Combine(folder.FullName, "torn.json"), "{");

        var left = Assert.Single(records.LeftBehind());
        Assert.Equal((reused.SessionId, 7), (left.SessionId, left.Report!.Count));
        Assert.All(Directory.EnumerateFiles(folder.FullName, "*-*.json"), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));

        records.Remove(left);
        Assert.Empty(records.LeftBehind());
    }

    [Theory]
    [InlineData("agent-runner-17-900-0a0b0c0d", true)]
    [InlineData("agent-runner-17-901-0a0b0c0d", false)]
    [InlineData("agent-runner-18-900-0a0b0c0d", false)]
    [InlineData("agent-runner-x-900-0a0b0c0d", false)]
    [InlineData("agent-runner-", false)]
    public void A_groups_name_tells_whose_it_is(string name, bool owned) => Assert.Equal(owned, Cgroup.IsOwned(name, (pid, start) => (pid, start) == (17, "900")));

    [Fact]
    public void The_childs_environment_holds_its_session_and_nothing_that_holds_the_key()
    {
        var inherited = new Hashtable { ["PATH"] = "/bin", ["KEY"] = "x aak_1 y", ["AGENT_APPROVALS_AGENT_KEY"] = "z", ["https_proxy"] = "http://proxy" };
        var session = new SessionDocument
        {
            Id = Guid.Empty,
            Token = "aas_1",
            RunnerToken = "aar_1",
            State = SessionStatus.Active,
            StartedAt = default,
            ExpiresAt = default,
            Agent = new(Guid.Empty, "a"),
            OnBehalfOf = "d@example.com",
        };

        var open = ChildEnvironment.Build(inherited, "http://console", session, "aak_1", isolated: false);
        Assert.Equal(["AGENT_APPROVALS_SESSION_ID", "AGENT_APPROVALS_SESSION_TOKEN", "AGENT_APPROVALS_URL", "PATH", "https_proxy"], open.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(open.Values, v => v.Contains("aak_", StringComparison.Ordinal) || v.Contains("aar_", StringComparison.Ordinal));
        Assert.DoesNotContain("https_proxy", ChildEnvironment.Build(inherited, "http://console", session, "aak_1", isolated: true).Keys);
    }

    private static RunRecord Run(int pid, string start) => new("http://127.0.0.1:1/", Guid.NewGuid(), "aar_1", "cgroup", pid, start, null);
}
