using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Webhooks;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Webhooks;

/// <summary>One endpoint: what it is, what can be done with it, and each event that it was told, with every attempt.</summary>
public sealed partial class WebhookPage : IDisposable
{
    private PersonState? _viewer;
    private WebhookState? _webhook;
    private HeldList<DeliveryRow> _list = null!;
    private string _agentName = "";
    private Guid? _sending;
    private bool _isTrying;
    private bool _isRead;
    private IDisposable? _feed;
    private Paced? _again;

    [Parameter] public Guid Id { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Deliveries Deliveries { get; set; } = null!;

    [Inject] private WebhookActs Acts { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    private bool IsAllowed => _viewer?.Has(Roles.Administrator) == true;

    public void Dispose()
    {
        _feed?.Dispose();
        Deliveries.Changed -= Follow;
    }

    protected override void OnInitialized()
    {
        _list = new(async (before, limit) => _webhook is { } webhook ? await Deliveries.PageAsync(webhook.Sequence, before, limit) : new([], null), d => d.EntrySequence);
        if (!RendererInfo.IsInteractive)
            return;
        _again = new(EntryFollower.Pace, () => InvokeAsync(LookAgainAsync));
        _feed = Follower.Follow(Follower.Position, e => e.Row is { Kind: "webhook" }, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        Deliveries.Changed += Follow;
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    private void Follow(long webhook)
    {
        if (webhook == _webhook?.Sequence)
            _again?.Ask();
    }

    private async Task LookAgainAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _viewer = await Viewer.PersonAsync();
        _webhook = IsAllowed ? await Acts.FindAsync(new(Id)) : null;
        if (_webhook?.Agent is { } agent)
            _agentName = await Reader.LookAsync(db => db.Agents.Where(a => a.Id == agent).Select(a => a.Name).SingleAsync());
        _isTrying = _webhook is { } webhook && (await Deliveries.WaitingCountsAsync()).GetValueOrDefault(webhook.Sequence).Refused > 0;
        await _list.LookAsync();
        _isRead = true;
    }

    /// <summary>What is sent stands outside the ledger, so it is asked here whether this person still may.</summary>
    private async Task AgainAsync(DeliveryRow delivery)
    {
        if (_sending is not null || _webhook is not { } webhook || (await Viewer.PersonAsync())?.Has(Roles.Administrator) != true)
            return;
        _sending = delivery.Id;
        try
        {
            await Acts.SendAgainAsync(webhook, delivery);
            await ReadAsync();
        }
        finally
        {
            _sending = null;
        }
    }
}
