using System.Text.Json;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Actions;

/// <summary>The answers to one action. It approves the digest that was shown, and nothing sooner than a person can have seen it.</summary>
public sealed partial class DecisionBar : IDisposable
{
    /// <summary>More time is offered when it begins to be short, and not as a way to put things off.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    /// <summary>The ledger's clock may stand a little behind the timer's.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Questions = ["AskWhy", "AskWho", "AskWhatElse"];
    private static readonly string[] Presets = ["PresetWrong", "PresetNotAsked", "PresetTooMuch", "PresetLater"];

    private enum Mode
    {
        Idle,
        Denying,
        Confirming,
        Editing,
        Asking,
        Extending,
    }

    private Mode _mode;
    private string _reason = "";
    private StopScope? _then;
    private string? _typed;
    private string _question = "";
    private int _seconds;
    private ITimer? _shortly;
    private ITimer? _opening;
    private string _edit = "";
    private string _original = "";
    private string? _editFault;
    private string? _refused;
    private string? _focus;
    private bool _isSending;
    private long _shownAt;

    [Parameter, EditorRequired] public ActionView View { get; set; } = null!;

    [Parameter, EditorRequired] public ActionDetails Details { get; set; } = null!;

    [Parameter, EditorRequired] public Standing Standing { get; set; } = null!;

    /// <summary>The whole payload was before this person's eyes.</summary>
    [Parameter] public bool IsSeenToItsEnd { get; set; }

    /// <summary>The digest of what this person made of the payload.</summary>
    [Parameter] public EventCallback<string> OnEdited { get; set; }

    /// <summary>Reads the details again, after the payload was changed by somebody else.</summary>
    [Parameter] public EventCallback OnStale { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>What is on the screen is not what would run any more.</summary>
    private bool IsStale => Details.PayloadDigest != View.Action.PayloadDigest && View.Action.Status == ActionStatus.Pending;

    private bool IsArmed => Time.GetElapsedTime(_shownAt) >= Care.ArmedAfter;

    private RiskLevel Risk => View.Action.Risk.Level;

    private bool IsRead => IsSeenToItsEnd || !Care.NeedsReading(Risk);

    /// <summary>Long enough before the person, and read where it has to be.</summary>
    private bool IsOpen => IsRead && (Risk < RiskLevel.High || Time.GetElapsedTime(_shownAt) >= Care.Dwell(Risk));

    private bool IsNamed => !Care.NeedsReading(Risk) || _typed?.Trim() == Care.NameOf(View.Action);

    private Domain.Moment OpensAt => new(Reader.Now.Milliseconds + (long)(Care.Dwell(Risk) - Time.GetElapsedTime(_shownAt)).TotalMilliseconds);

    private bool MayDenyAtOnce => Standing.MayDeny && !IsStale;

    private bool MayStop => View.Session.Status == SessionStatus.Active;

    private bool MayEdit => Standing.MayApprove && Details.Canonical is not null;

    private bool IsEdited => _editFault is null && _edit != _original;

    private bool IsExtendOffered => View.Action.Status == ActionStatus.Pending && Standing.MayTend && View.Action.ExpiresAt - Reader.Now <= Short && Extend.RoomFor(View.Action) > 0;

    public void Dispose()
    {
        _shortly?.Dispose();
        _opening?.Dispose();
    }

    protected override void OnInitialized() => Show();

    /// <summary>From here on it is before the person.</summary>
    private void Show()
    {
        _shownAt = Time.GetTimestamp();
        _opening?.Dispose();
        _opening = Care.NeedsSecondKey(Risk) ? Time.CreateTimer(_ => InvokeAsync(StateHasChanged), null, Care.Dwell(Risk) + Slack, Timeout.InfiniteTimeSpan) : null;
    }

    protected override void OnParametersSet()
    {
        _shortly?.Dispose();
        _shortly = null;
        var left = View.Action.ExpiresAt - Reader.Now - Short;
        if (View.Action.Status == ActionStatus.Pending && left > TimeSpan.Zero && left < TimeSpan.FromDays(1))
            _shortly = Time.CreateTimer(_ => InvokeAsync(StateHasChanged), null, left + Slack, Timeout.InfiniteTimeSpan);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } selector)
            return;
        _focus = null;
        await Js.InvokeVoidAsync("agentApprovals.focus", selector);
    }

    private Task ApproveAsync()
    {
        if (!IsArmed || !IsOpen)
            return Task.CompletedTask;
        if (!Care.NeedsSecondKey(Risk))
            return YesAsync();
        Open(Mode.Confirming, Care.NeedsReading(Risk) ? "#confirm-name" : "[data-key=y]");
        return Task.CompletedTask;
    }

    private Task ConfirmAsync() => IsOpen && IsNamed ? YesAsync() : Task.CompletedTask;

    private Task YesAsync() => SendAsync(actor => new Approve(actor, View.Action.Id, Details.PayloadDigest, null, null));

    private async Task ApproveEditAsync()
    {
        CheckEdit();
        if (_editFault is not null || !IsOpen || !IsNamed)
            return;
        using var document = JsonDocument.Parse(_edit);
        var edit = PreparedPayload.Of(document.RootElement);
        // As it stands before the person now: whatever arrives while the tool's server is asked is not what they saw.
        var (id, seen) = (View.Action.Id, Details.PayloadDigest);
        var fault = await Tools.FaultAsync(id, edit, CancellationToken.None);
        await SendAsync(actor => new Approve(actor, id, seen, null, edit) { ToolFault = fault }, isEdit: true);
    }

    private Task DenyAtOnceAsync(string reason)
    {
        if (!IsArmed)
            return Task.CompletedTask;
        (_reason, _then) = (reason, null);
        return DenyAsync();
    }

    /// <summary>The no comes first: it holds whatever becomes of the stop.</summary>
    private async Task DenyAsync()
    {
        var (reason, then) = (_reason.Trim(), _then);
        await SendAsync(actor => new Deny(actor, View.Action.Id, reason));
        if (_refused is not null || then is not { } scope)
            return;
        var stopped = await Viewer.StopAsync(scope, scope == StopScope.Agent ? View.Agent.Id.Value : View.Session.Id.Value, reason);
        _refused = stopped.Refusal?.Detail;
        if (stopped.Value is { } stop)
            Navigation.NavigateTo($"/stops/{stop.Id}", forceLoad: true);
    }

    private Task TakeBackAsync() => SendAsync(actor => new TakeBack(actor, View.Action.Id));

    private Task AskAsync() => SendAsync(actor => new SendMessage(actor, View.Action.Id, _question.Trim()));

    private Task ExtendAsync() => SendAsync(actor => new Extend(actor, View.Action.Id, _seconds, _reason.Trim()));

    private async Task SendAsync<T>(Func<Actor, Command<T>> command, bool isEdit = false)
    {
        // The arming guards the keys of an open card; a second press while the first is under way is the same press.
        if (_isSending || (_mode == Mode.Idle && !IsArmed))
            return;
        _isSending = true;
        try
        {
            var result = await Viewer.CommitAsync(command);
            _refused = result.Refusal?.Detail;
            if (result.Refusal is not null)
                return;
            Close();
            if (isEdit && result.Value is ActionReply edited)
                await OnEdited.InvokeAsync(edited.Action.PayloadDigest);
        }
        finally
        {
            _isSending = false;
        }
    }

    private void StartDenying() => Open(Mode.Denying, "#deny-reason");

    private void StartExtending()
    {
        _seconds = MoreTime.FirstOf(View.Action);
        Open(Mode.Extending, "#extend-reason");
    }

    private void Open(Mode mode, string focus)
    {
        if (IsArmed)
            (_mode, _refused, _focus) = (mode, null, focus);
    }

    private void Edit()
    {
        if (!IsArmed)
            return;
        _original = _edit = ActionDetails.Pretty(Details.Canonical!);
        (_mode, _refused, _editFault, _focus) = (Mode.Editing, null, null, "#edit-payload");
    }

    private void CheckEdit()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(_edit);
        _editFault = bytes.Length > IJson.MaxBytes ? T["TooLarge"]
            : IJson.Check(bytes, "payload") is { } fault ? $"{fault.Path} {fault.Message}" : null;
    }

    private void Close() => (_mode, _reason, _then, _typed, _question, _editFault) = (Mode.Idle, "", null, null, "", null);

    private async Task LookAgainAsync()
    {
        Close();
        Show();
        await OnStale.InvokeAsync();
    }
}
