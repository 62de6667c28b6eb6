using AgentApprovals.Databases;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>Two nodes whose wall clocks are ten minutes apart, on a PostgreSQL whose clock a test may set.</summary>
public sealed class ClocksApart : IAsyncLifetime
{
    private readonly FakeClock _fast = new(TimeSpan.FromMinutes(5));
    private PostgresCluster? _cluster;

    /// <summary>Why it can't be tried here; null: it can.</summary>
    public static string? Missing { get; } = FakeClock.Library is null ? FakeClock.Missing : PostgresPrograms.Folder() is null ? Postgres.Missing : null;

    /// <summary>Of the database: as the machine's, until a test sets it.</summary>
    public FakeClock OfDatabase { get; } = new(TimeSpan.Zero);

    /// <summary>Of the second node.</summary>
    public FakeClock OfB { get; } = new(TimeSpan.FromMinutes(-5));

    public Pair Nodes { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        _cluster = PostgresCluster.Start(PostgresPrograms.Folder()!, OfDatabase.Environment);
        Nodes = await Pair.StartAsync(
            [
                Scene.Rule("veto", window: 600, expires: 900, name: "Long", match: new { types = new[] { "forum.*" } }),
                Scene.Rule("veto", window: 2, expires: 900, name: "Short", match: new { types = new[] { "wiki.*" } }),
                Scene.Rule(expires: 2, name: "Soon over", match: new { types = new[] { "mail.*" } }),
                Scene.Rule(name: "Others"),
            ], _fast, OfB, Suite.On(_cluster.Server));
    }

    public async ValueTask DisposeAsync()
    {
        if (Nodes is not null)
            await Nodes.DisposeAsync();
        _cluster?.Dispose();
        _fast.Dispose();
        OfB.Dispose();
        OfDatabase.Dispose();
    }
}
