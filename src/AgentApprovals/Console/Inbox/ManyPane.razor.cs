using System.Text.Json;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Inbox;

/// <summary>Those that were chosen, all of them to be seen before anything is sent; then one decision for each, with what became of it.</summary>
public sealed partial class ManyPane
{
    private static readonly string[] Presets = ["PresetNotAsked", "PresetWrong", "PresetTooMuch", "PresetLater"];

    private enum Mode
    {
        Idle,
        Approving,
        Denying,
    }

    private readonly Dictionary<ActionId, (string Digest, JsonElement? Payload)> _payloads = [];

    /// <summary>Null: done; else why not.</summary>
    private readonly Dictionary<ActionId, string?> _results = [];
    /// <summary>What was sent stays as it was shown; as decided, each would be unlike the others.</summary>
    private Many? _frozen;
    private Mode _mode;
    private bool _isApproving;
    private string _reason = "";
    private int _sent;
    private long _shownAt;

    [Parameter, EditorRequired] public Many Many { get; set; } = null!;

    [Parameter, EditorRequired] public Catalogue Catalogue { get; set; } = null!;

    [Parameter] public EventCallback<ActionId> OnRemove { get; set; }

    /// <summary>Back to the list, with the choice as it is.</summary>
    [Parameter] public EventCallback OnBack { get; set; }

    /// <summary>All is sent: nothing is chosen any more.</summary>
    [Parameter] public EventCallback OnDone { get; set; }

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    private Many Shown => _frozen ?? Many;

    private bool IsSending => _results.Count < _sent;

    private int Failed => _results.Values.Count(r => r is not null);

    protected override void OnInitialized() => _shownAt = Time.GetTimestamp();

    /// <summary>A payload that was shown is what an approval names; one that changes meanwhile is refused by the ledger, not exchanged here.</summary>
    protected override async Task OnParametersSetAsync()
    {
        foreach (var (view, _) in Many.Items.Where(i => !_payloads.ContainsKey(i.View.Action.Id)))
        {
            _payloads[view.Action.Id] = (view.Action.PayloadDigest, null);
            if (await Reader.PayloadAsync(view.Action) is { } bytes)
                _payloads[view.Action.Id] = (view.Action.PayloadDigest, Parse(bytes));
        }
    }

    private void Start(Mode mode)
    {
        if (Time.GetElapsedTime(_shownAt) >= Care.ArmedAfter)
            _mode = mode;
    }

    private Task DenyAsync(string reason)
    {
        _reason = reason;
        return SendAsync();
    }

    /// <summary>One decision each, in the order shown; what is refused does not keep the others.</summary>
    private async Task SendAsync()
    {
        if (_sent > 0 || (_mode == Mode.Approving && !Many.MayApprove))
            return;
        var (items, reason) = (Many.Items.Select(i => i.View.Action.Id).ToList(), _reason.Trim());
        (_sent, _isApproving, _frozen) = (items.Count, _mode == Mode.Approving, Many);
        foreach (var id in items)
        {
            var result = await Viewer.CommitAsync<ActionReply>(actor => _isApproving ? new Approve(actor, id, _payloads[id].Digest, null, null) : new Deny(actor, id, reason));
            _results[id] = result.Refusal?.Detail;
            StateHasChanged();
        }
    }

    private static JsonElement Parse(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload, new() { MaxDepth = 64 });
        return document.RootElement.Clone();
    }
}
