using AgentApprovals.Domain.Agents;
using AgentApprovals.Sessions;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>What the agent is handed with each session, in the order it is handed: the instructions for all, then its own.</summary>
public sealed partial class InstructionsSection
{
    private (int Version, string Text)? _global;
    private (int Version, string Text)? _own;
    private AgentView? _readFor;
    private bool _isRead;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Inject] private StandingReader Standing { get; set; } = null!;

    private StandingInstructions Together => Instructions.Join(_global, _own);

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_readFor, View))
            return;
        _readFor = View;
        (_global, _own) = (await Standing.OwnAsync(null), await Standing.OwnAsync(View.Agent));
        _isRead = true;
    }
}
