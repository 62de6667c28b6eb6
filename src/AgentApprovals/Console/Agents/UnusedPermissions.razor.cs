using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>What the agent holds and never asked for: taken away with one press, after saying what that would have refused.</summary>
public sealed partial class UnusedPermissions
{
    private IReadOnlyList<Permission> _chosen = [];
    private string? _refused;
    private bool _isSending;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Parameter, EditorRequired] public AgentRiskDocument Risk { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private IReadOnlyList<Permission> Unused =>
        [.. View.Agent.Permissions.Where(p => Risk.UnusedPermissions.Any(u => (u.Type, u.Resource, u.MaxPerHour, u.ExpiresAt) == (p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt)))];

    /// <summary>What was chosen may be used by now, or be gone.</summary>
    protected override void OnParametersSet() => _chosen = [.. _chosen.Intersect(Unused)];

    private async Task RemoveAsync()
    {
        _isSending = true;
        try
        {
            var wanted = PermissionDraft.Body(View.Agent.PermissionsVersion, [.. View.Agent.Permissions.Except(_chosen).Select(p => new PermissionDraft(p))]);
            var read = FormBody.Read(wanted, body => AgentReader.Permissions(new PersonActor(View.Person.Id), View.Agent.Id, body));
            var saved = read.Refusal is { } fault ? fault : await Viewer.CommitAsync(actor => read.Value! with { Actor = actor });
            _refused = saved.Refusal?.Detail;
            if (saved.Value is { } agent)
                (View, _chosen) = (View with { Agent = agent }, []);
        }
        finally
        {
            _isSending = false;
        }
    }
}
