using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>One pair of nodes for the tests that need no other, one after another: starting nodes takes longer than most of them.</summary>
public sealed class SharedPair : IAsyncLifetime
{
    public const string Name = "Two nodes";

    private Pair _pair = null!;

    public async ValueTask InitializeAsync() => _pair = await Pair.StartAsync(rules: [Scene.Rule(extra: new { burst = new { count = 10_000 } })]);

    /// <summary>Both nodes serve, and reach the database.</summary>
    public async Task<Pair> WholeAsync()
    {
        await _pair.MendAsync();
        await _pair.A.ReadyAsync();
        await _pair.B.ReadyAsync();
        // Known to both: a node that is cut off takes the word of those alone whom it has seen.
        (await _pair.A.Admin.Get("policies")).Is(HttpStatusCode.OK);
        (await _pair.B.Admin.Get("policies")).Is(HttpStatusCode.OK);
        return _pair;
    }

    public ValueTask DisposeAsync() => _pair.DisposeAsync();
}

[CollectionDefinition(SharedPair.Name)]
public sealed class TwoNodes : ICollectionFixture<SharedPair>;
