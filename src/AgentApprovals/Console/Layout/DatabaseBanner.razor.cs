using AgentApprovals.Data.Ledger;
using AgentApprovals.Hosting;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Layout;

/// <summary>Says that this node does not reach the database: what is shown may be old, nothing can be decided, and stopping works.</summary>
public sealed partial class DatabaseBanner
{
    [Inject] private Intake Intake { get; set; } = null!;

    [Inject] private FeedTail Tail { get; set; } = null!;

    public void Dispose() => Tail.Changed -= Show;

    protected override void OnInitialized() => Tail.Changed += Show;

    private void Show(bool isLost) => _ = InvokeAsync(StateHasChanged);
}
