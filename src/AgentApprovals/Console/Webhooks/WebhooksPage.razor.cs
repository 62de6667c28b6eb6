using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Webhooks;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Webhooks;

/// <summary>Who outside is told of events, and whether they hear.</summary>
public sealed partial class WebhooksPage : IDisposable
{
    private PersonState? _viewer;
    private IReadOnlyList<WebhookState>? _rows;
    private IReadOnlyDictionary<long, (int Count, int Refused)> _waiting = new Dictionary<long, (int, int)>();
    private IReadOnlyDictionary<AgentId, string> _agents = new Dictionary<AgentId, string>();
    private IDisposable? _feed;
    private Paced? _again;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Deliveries Deliveries { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "new")] private bool New { get; set; }

    private bool IsAllowed => _viewer?.Has(Roles.Administrator) == true;

    public void Dispose()
    {
        _feed?.Dispose();
        Deliveries.Changed -= Follow;
    }

    protected override async Task OnInitializedAsync()
    {
        _viewer = await Viewer.PersonAsync();
        if (!IsAllowed)
            return;
        if (RendererInfo.IsInteractive)
        {
            _again = new(EntryFollower.Pace, () => InvokeAsync(LookAgainAsync));
            _feed = Follower.Follow(Follower.Position, e => e.Row is { Kind: "webhook" }, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
            Deliveries.Changed += Follow;
        }

        await ReadAsync();
    }

    private void Follow(long webhook) => _again?.Ask();

    private async Task LookAgainAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        (_rows, _agents) = await Reader.LookAsync(async db =>
        {
            var rows = await db.Webhooks.Where(w => w.Status != WebhookStatus.Deleted).OrderByDescending(w => w.Sequence).ToListAsync();
            var ids = rows.Select(r => r.Agent).OfType<AgentId>().Distinct().ToList();
            return (rows, await db.Agents.Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name));
        });
        _waiting = await Deliveries.WaitingCountsAsync();
    }
}
