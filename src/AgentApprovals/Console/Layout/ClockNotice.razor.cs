using System.Globalization;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Layout;

/// <summary>Tells administrators that the clock jumped, and lets one of them accept it (<see cref="AcceptClock"/>).</summary>
public sealed partial class ClockNotice
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private bool _mayAccept;
    private bool _isOpen;
    private bool _isSending;
    private bool _hasToFocus;
    private string _reason = "";
    private string? _refused;
    private ITimer? _looking;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private LedgerClock Clock { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    public void Dispose() => _looking?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _mayAccept = (await Viewer.PersonAsync())?.Has(Roles.Administrator) == true;
        if (_mayAccept && RendererInfo.IsInteractive)
            _looking = Time.CreateTimer(_ => InvokeAsync(StateHasChanged), null, Look, Look);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_hasToFocus)
            return;
        _hasToFocus = false;
        await Js.InvokeVoidAsync("agentApprovals.focus", "#clock-reason");
    }

    private static string Said(TimeSpan jump) =>
        jump.Duration().ToString(jump.Duration().TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    private void Open() => (_isOpen, _hasToFocus, _refused) = (true, true, null);

    private void Close() => (_isOpen, _refused, _reason) = (false, null, "");

    private async Task AcceptAsync()
    {
        if (_isSending || string.IsNullOrWhiteSpace(_reason))
            return;
        _isSending = true;
        try
        {
            _refused = (await Viewer.CommitAsync(actor => new AcceptClock(actor, _reason.Trim()))).Refusal?.Detail;
            if (_refused is null)
                Close();
        }
        finally
        {
            _isSending = false;
        }
    }
}
