using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Gateway;

/// <summary>The targets behind the gateway.</summary>
public sealed partial class ConnectorsPage : IDisposable
{
    private PersonState? _viewer;
    private IReadOnlyList<ConnectorState>? _rows;
    private IDisposable? _feed;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "new")] private bool New { get; set; }

    private bool IsAllowed => _viewer?.Has(Roles.Administrator) == true;

    public void Dispose() => _feed?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _viewer = await Viewer.PersonAsync();
        if (!IsAllowed)
            return;
        if (RendererInfo.IsInteractive)
            _feed = Follower.Follow(Follower.Position, e => e.Row is { Kind: "connector" }, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        await ReadAsync();
    }

    private async Task LookAgainAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync() =>
        _rows = await Reader.LookAsync(db => db.Connectors.Where(c => c.Status != ConnectorStatus.Deleted).OrderByDescending(c => c.Sequence).ToListAsync());
}
