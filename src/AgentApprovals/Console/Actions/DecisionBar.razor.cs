using System.Text.Json;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Actions;

/// <summary>The answers to one action. It approves the digest that was shown, and nothing sooner than a person can have seen it.</summary>
public sealed partial class DecisionBar : IDisposable
{
    /// <summary>A key meant for the card before this one does not hit this one.</summary>
    public static readonly TimeSpan ArmedAfter = TimeSpan.FromMilliseconds(700);

    /// <summary>More time is offered when it begins to be short, and not as a way to put things off.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    /// <summary>The ledger's clock may stand a little behind the timer's.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private static readonly int[] UsualPieces = [60, 300, 900, 3600];
    private static readonly string[] Questions = ["AskWhy", "AskWho", "AskWhatElse"];
    private static readonly string[] Presets = ["PresetWrong", "PresetNotAsked", "PresetTooMuch", "PresetLater"];

    private enum Mode
    {
        Idle,
        Denying,
        Editing,
        Asking,
        Extending,
    }

    private Mode _mode;
    private string _reason = "";
    private string _question = "";
    private int _seconds;
    private ITimer? _shortly;
    private string _edit = "";
    private string _original = "";
    private string? _editFault;
    private string? _refused;
    private bool _isSending;
    private long _shownAt;

    [Parameter, EditorRequired] public ActionView View { get; set; } = null!;

    [Parameter, EditorRequired] public ActionDetails Details { get; set; } = null!;

    [Parameter, EditorRequired] public Standing Standing { get; set; } = null!;

    /// <summary>The digest of what this person made of the payload.</summary>
    [Parameter] public EventCallback<string> OnEdited { get; set; }

    /// <summary>Reads the details again, after the payload was changed by somebody else.</summary>
    [Parameter] public EventCallback OnStale { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    /// <summary>What is on the screen is not what would run any more.</summary>
    private bool IsStale => Details.PayloadDigest != View.Action.PayloadDigest && View.Action.Status == ActionStatus.Pending;

    private bool IsArmed => Time.GetElapsedTime(_shownAt) >= ArmedAfter;

    private bool MayEdit => Standing.MayApprove && Details.Canonical is not null;

    private bool IsEdited => _editFault is null && _edit != _original;

    private bool IsExtendOffered => View.Action.Status == ActionStatus.Pending && Standing.MayTend && View.Action.ExpiresAt - Reader.Now <= Short && Extend.RoomFor(View.Action) > 0;

    /// <summary>What can still be given: the usual pieces, and all that is left where none fits or it is less than the largest.</summary>
    private IEnumerable<int> Pieces
    {
        get
        {
            var room = Extend.RoomFor(View.Action);
            var pieces = UsualPieces.Where(p => p <= room);
            return room < UsualPieces[^1] ? pieces.Append(room).Distinct() : pieces;
        }
    }

    public void Dispose() => _shortly?.Dispose();

    protected override void OnInitialized() => _shownAt = Time.GetTimestamp();

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

    private string? _focus;

    private Task ApproveAsync() => SendAsync(actor => new Approve(actor, View.Action.Id, Details.PayloadDigest, null, null));

    private Task ApproveEditAsync()
    {
        CheckEdit();
        if (_editFault is not null)
            return Task.CompletedTask;
        using var document = JsonDocument.Parse(_edit);
        var edit = PreparedPayload.Of(document.RootElement);
        return SendAsync(actor => new Approve(actor, View.Action.Id, Details.PayloadDigest, null, edit), isEdit: true);
    }

    private Task DenyAsync() => SendAsync(actor => new Deny(actor, View.Action.Id, _reason.Trim()));

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
        _seconds = Pieces.Where(p => p <= UsualPieces[1]).DefaultIfEmpty(Extend.RoomFor(View.Action)).Max();
        Open(Mode.Extending, "#extend-reason");
    }

    private void Open(Mode mode, string focus)
    {
        if (IsArmed)
            (_mode, _refused, _focus) = (mode, null, focus);
    }

    private string InWords(int seconds) => seconds % 60 == 0 ? T["Minutes", seconds / 60] : T["Seconds", seconds];

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

    private void Close() => (_mode, _reason, _question, _editFault) = (Mode.Idle, "", "", null);

    private async Task LookAgainAsync()
    {
        Close();
        _shownAt = Time.GetTimestamp();
        await OnStale.InvokeAsync();
    }
}
