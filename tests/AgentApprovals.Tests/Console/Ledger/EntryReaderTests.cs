using System.Net;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Ledger;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Ledger;

/// <summary>Leafing back through the ledger, narrowed.</summary>
public sealed class EntryReaderTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_or_a_repeat_down_to_the_first_entry()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        await run.Submitted();
        var reader = Reader();
        var head = await reader.HeadAsync();
        var seen = new List<long>();
        long? next = null;
        do
        {
            var page = await reader.BeforeAsync(new(), next, 3);
            seen.AddRange(page.Items.Select(e => e.Sequence));
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(1, (int)head).Select(i => (long)i).Reverse(), seen);
    }

    [Fact]
    public async Task A_search_finds_what_it_names_and_nothing_else()
    {
        var scene = await Scene.SetAsync(_console);
        var (first, second) = (await scene.SessionAsync(), await scene.SessionAsync());
        var action = await first.Submitted();
        await second.Submitted(Scene.Post(resource: "forum://other"));
        (await scene.Admin.Post($"actions/{action["id"]}/decisions", new { verdict = "deny", comment = "No" })).Is(HttpStatusCode.OK);
        Assert.Equal([Kinds.ActionDenied, Kinds.ActionSubmitted], await KindsAsync(new(Action: Guid.Parse(action.Text("id")))));
        Assert.Equal([Kinds.ActionSubmitted, Kinds.SessionStarted], await KindsAsync(new(Session: Guid.Parse(second.Id))));
        Assert.Equal([Kinds.ActionDenied], await KindsAsync(new(Kind: "action.", Actor: "ROOT@")));
        Assert.Equal([Kinds.SessionStarted, Kinds.SessionStarted], await KindsAsync(new(Kind: "session.", Agent: Guid.Parse(scene.AgentId))));
        Assert.Equal([Kinds.ActionDenied], await KindsAsync(new(Kinds: [Kinds.ActionDenied, Kinds.ActionEdited])));
        Assert.Empty(await KindsAsync(new(Actor: "nobody")));
        Assert.Equal("action", await Reader().SubjectAsync(Guid.Parse(action.Text("id"))));
        Assert.Equal("session", await Reader().SubjectAsync(Guid.Parse(first.Id)));
        Assert.Equal("agent", await Reader().SubjectAsync(Guid.Parse(scene.AgentId)));
        Assert.Null(await Reader().SubjectAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task What_a_page_lets_through_is_what_the_database_finds()
    {
        var scene = await Scene.SetAsync(_console);
        var run = await scene.SessionAsync();
        var action = await run.Submitted();
        EntryFilter[] filters =
        [
            new(), new(Kind: "action."), new(Actor: "forum"), new(Action: Guid.Parse(action.Text("id"))), new(Session: Guid.Parse(run.Id)),
            new(Agent: Guid.Parse(scene.AgentId)), new(Kinds: [Kinds.SessionStarted]), new(Kind: "session.", Actor: "root"),
        ];
        var all = (await Reader().BeforeAsync(new(), null, 1000)).Items;
        foreach (var filter in filters)
            Assert.Equal((await Reader().BeforeAsync(filter, null, 1000)).Items.Select(e => e.Sequence), all.Where(e => EntryReader.Matches(filter, e)).Select(e => e.Sequence));
    }

    private EntryReader Reader()
    {
        _ = _console.Address;
        return _console.Services.GetRequiredService<EntryReader>();
    }

    private async Task<IEnumerable<string>> KindsAsync(EntryFilter filter) => (await Reader().BeforeAsync(filter, null, 100)).Items.Select(e => e.Kind);
}
