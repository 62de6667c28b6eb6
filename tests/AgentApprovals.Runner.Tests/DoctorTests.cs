using AgentApprovals.Runner.Tests.Drivers;

namespace AgentApprovals.Runner.Tests;

public sealed class DoctorTests
{
    [Fact]
    public void The_doctor_says_of_each_way_whether_it_works_or_what_to_do()
    {
        var said = TestHost.Run(TestHost.Here.Program, "doctor");

        TestContext.Current.TestOutputHelper?.WriteLine(said);
        Assert.Matches("(?m)^cgroup +(works|fails) ", said);
        Assert.Matches("(?m)^pidNamespace +works +[0-9]+ processes killed in [0-9]+ ms, 0 left", said);
        Assert.Matches("(?m)^user +(works|fails) ", said);
        Assert.Matches("(?m)^--isolate +works ", said);
        Assert.Contains($"agent-runner run uses: {TestHost.Cages().First().Data.Item2}", said, StringComparison.Ordinal);
    }
}
