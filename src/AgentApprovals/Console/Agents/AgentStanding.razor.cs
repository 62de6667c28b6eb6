using AgentApprovals.Console.Circuits;
using AgentApprovals.Domain.Stops;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Agents;

/// <summary>What keeps an agent from running, and resuming it with a reason. Stopping is a plain link elsewhere.</summary>
public sealed partial class AgentStanding
{
    private bool _isOpen;
    private bool _isSending;
    private bool _hasToFocus;
    private string _reason = "";
    private string? _refused;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    /// <summary>Somebody else may have resumed it meanwhile.</summary>
    protected override void OnParametersSet()
    {
        if (View.Stop is null)
            Close();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_hasToFocus)
            return;
        _hasToFocus = false;
        await Js.InvokeVoidAsync("agentApprovals.focus", "#resume-reason");
    }

    private void Open() => (_isOpen, _hasToFocus, _refused) = (true, true, null);

    private void Close() => (_isOpen, _refused, _reason) = (false, null, "");

    private async Task ResumeAsync()
    {
        if (_isSending || string.IsNullOrWhiteSpace(_reason))
            return;
        _isSending = true;
        try
        {
            _refused = (await Viewer.CommitAsync(actor => new Resume(actor, View.Agent.Id, _reason.Trim()))).Refusal?.Detail;
            if (_refused is null)
                Close();
        }
        finally
        {
            _isSending = false;
        }
    }
}
