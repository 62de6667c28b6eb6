using AgentApprovals.Console.Plain;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Tests.Drivers;
using AngleSharp.Dom;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Plain;

/// <summary>The receipt as a component: what it says of each mixture of layers, and what it offers next.</summary>
public sealed class ReceiptPageTests(PlainConsole console) : IClassFixture<PlainConsole>
{
    [Fact]
    public async Task Every_layer_stands_as_it_is_and_one_without_an_answer_keeps_the_whole_waiting()
    {
        var page = await ShownAsync(new()
        {
            Next = NextStep.None,
            Stop = Stop(
            new("console", LayerState.Confirmed, 3, "token refused; 2 actions stopped"),
            new("live", LayerState.Confirmed, 6, "1 long-poll closed"),
            new("gateway", LayerState.Waiting, null, ""),
            new("network", LayerState.Absent, null, "no isolation was set up"))
        });
        Assert.Equal("inbox-keeper is being cut off", Text(page.Find("h1")));
        Assert.Equal("2 of 3 layers confirmed. Waiting for: Gateway.", Text(page.Find("[role=status]")));
        Assert.DoesNotContain("done", page.Find("[role=status]").ClassList);
        Assert.Equal(["Confirmed", "Confirmed", "Waiting", "Absent"], page.FindAll(".layers svg").Select(s => s.GetAttribute("aria-label")!));
        Assert.Equal(["3 ms", "6 ms", "…", "–"], page.FindAll(".layers .ms").Select(Text));
        Assert.Contains("http-equiv=\"refresh\"", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_that_failed_is_never_counted_as_taken_away()
    {
        var page = await ShownAsync(new()
        {
            Next = NextStep.None,
            Stop = Stop(
            new("console", LayerState.Confirmed, 3, "token refused"),
            new("process", LayerState.Failed, null, "2 processes left"))
        });
        Assert.Equal("inbox-keeper is not wholly cut off", Text(page.Find("h1")));
        Assert.StartsWith("1 of 2 layers confirmed. Failed: Process. Assume", Text(page.Find("[role=status]")), StringComparison.Ordinal);
        Assert.DoesNotContain("done", page.Find("[role=status]").ClassList);
    }

    [Fact]
    public async Task With_every_layer_confirmed_it_is_done_and_says_how_long_the_slowest_took()
    {
        var page = await ShownAsync(new()
        {
            Next = NextStep.Resume,
            Stop = Stop(
            new("console", LayerState.Confirmed, 3, "token refused"),
            new("live", LayerState.Confirmed, 41, "1 long-poll closed"),
            new("network", LayerState.Absent, null, ""))
        });
        Assert.Equal("inbox-keeper is cut off", Text(page.Find("h1")));
        Assert.Equal("All 2 layers that exist have confirmed. The last took 41 ms.", Text(page.Find("[role=status]")));
        Assert.Contains("done", page.Find("[role=status]").ClassList);
        Assert.Equal($"/stops/{Id}/resume", page.Find("form[action$=resume]").GetAttribute("action"));
        Assert.DoesNotContain("http-equiv=\"refresh\"", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_somebody_wrote_becomes_markup()
    {
        const string Hostile = "<img src=x onerror=alert(1)>\u202E";
        var page = await ShownAsync(new() { Next = NextStep.None, Stop = Stop(new StopLayer("webhook:" + Hostile, LayerState.Failed, null, Hostile)) with { Reason = Hostile, TargetName = Hostile } });
        Assert.Empty(page.FindAll("img"));
        Assert.Contains("U+202E", page.Markup, StringComparison.Ordinal);
    }

    private static StopId Id { get; } = new(Guid.CreateVersion7());

    private static StopState Stop(params StopLayer[] layers) => new()
    {
        Sequence = 9,
        Id = Id,
        Scope = StopScope.Agent,
        TargetSequence = 4,
        TargetId = Guid.CreateVersion7(),
        TargetName = "inbox-keeper",
        By = new("person", Guid.CreateVersion7().ToString(), "Summer"),
        At = new(1_763_863_800_000),
        Layers = layers,
        Settled = true,
    };

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private async Task<IRenderedComponent<ReceiptPage>> ShownAsync(ReceiptModel model)
    {
        var (_, _, id) = await console.Scene.PersonAsync(["Manager"]);
        return new PageContext(console.Scene.Console, id).Render<ReceiptPage>(p => p.Add(r => r.Model, model));
    }
}
