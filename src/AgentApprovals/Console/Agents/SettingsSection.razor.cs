using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>Who answers for the agent, how much of it it may do, and what it must do; what others change meanwhile is followed, what was typed stays.</summary>
public sealed partial class SettingsSection
{
    private AgentDraft _draft = null!;
    private AgentState? _base;
    private Refusal? _refusal;
    private bool _isSaved;
    private bool _isSending;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private bool MayEdit => View.MaySetUp;

    private bool IsChanged => _draft.Patch(_base!).Count > 0;

    protected override void OnParametersSet()
    {
        if (_base is null)
            _draft = new(View.Agent);
        else
            _draft.Follow(_base, View.Agent);
        _base = View.Agent;
    }

    private void Discard() => (_draft, _refusal) = (new(_base!), default);

    private async Task SaveAsync()
    {
        if (_isSending || !IsChanged)
            return;
        _isSending = true;
        try
        {
            var read = FormBody.Read(_draft.Patch(_base!), body => AgentReader.Change(new PersonActor(View.Person.Id), View.Agent.Id, body));
            var saved = read.Refusal is { } fault ? fault : await Viewer.CommitAsync(actor => read.Value! with { Actor = actor });
            _refusal = saved.Refusal;
            if (saved.Value is not { } agent)
                return;
            (_draft, _base, _isSaved) = (new(agent), agent, true);
        }
        finally
        {
            _isSending = false;
        }
    }
}
