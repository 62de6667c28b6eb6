using System.Data.Common;
using AgentApprovals.Deadlines;
using Hangfire;
using Hangfire.Common;
using Xunit;

namespace AgentApprovals.Tests.Hosting;

/// <summary>Nodes that start at once on an empty job store.</summary>
public sealed class JobStoreStartTests
{
    [Fact]
    public async Task A_job_that_another_node_writes_down_at_the_same_moment_is_written_down_again()
    {
        var jobs = new Contested(failures: 3);
        await jobs.KeepAsync<DeadlineJobs>("net", j => j.NetAsync(CancellationToken.None), Cron.Minutely(), "webhooks");
        Assert.Equal([("net", "webhooks", "NetAsync")], jobs.Written);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_ends_the_start() =>
        await Assert.ThrowsAsync<Refused>(() => new Contested(failures: int.MaxValue).KeepAsync<DeadlineJobs>("net", j => j.NetAsync(CancellationToken.None), Cron.Minutely()));

    private sealed class Refused() : DbException("23505: duplicate key value");

    private sealed class Contested(int failures) : IRecurringJobManagerV2
    {
        public List<(string Name, string Queue, string Method)> Written { get; } = [];

        public JobStorage Storage => throw new NotSupportedException();

        public void AddOrUpdate(string recurringJobId, Job job, string cronExpression, RecurringJobOptions options)
        {
            if (failures-- > 0)
                throw new Refused();
            Written.Add((recurringJobId, job.Queue, job.Method.Name));
        }

        public void Trigger(string recurringJobId) => throw new NotSupportedException();

        public string TriggerJob(string recurringJobId) => throw new NotSupportedException();

        public void RemoveIfExists(string recurringJobId) => throw new NotSupportedException();
    }
}
