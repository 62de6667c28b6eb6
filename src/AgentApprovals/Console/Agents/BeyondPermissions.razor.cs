using AgentApprovals.Console.Risk;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>What the agent asked for that no permission of it covers: to grant it, or to ask why.</summary>
public sealed partial class BeyondPermissions
{
    private const int Most = 10;
    private IReadOnlyList<BeyondPermission> _beyond = [];
    private AgentView? _readFor;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    /// <summary>To the lists behind the counts.</summary>
    [Parameter, EditorRequired] public FigureLinks Links { get; set; } = null!;

    [Inject] private PermissionAudit Audit { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_readFor, View))
            return;
        _readFor = View;
        _beyond = [.. (await Audit.OfAsync(View.Agent, RiskScoring.RecordDays)).Beyond.Take(Most)];
    }
}
