using System.Text.Json.Nodes;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>Four steps for a new agent: made, its first call, the request as it arrives, the stop.</summary>
public sealed partial class FirstSteps
{
    private const int Shown = 3;

    private string? _key;
    private string? _refused;
    private bool _isSending;
    private AgentView? _readFor;
    private IReadOnlyList<ActionView> _arrived = [];

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Parameter] public EventCallback OnClose { get; set; }

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_readFor, View))
            return;
        _readFor = View;
        var filter = new ActionFilter(AgentSequence: View.Agent.Sequence, IsVisible: v => View.Person.MaySee(v.Action, v.Session, v.Agent));
        _arrived = (await Reader.ActionsAsync(filter, null, Shown)).Items;
    }

    private async Task PermitAsync()
    {
        _isSending = true;
        try
        {
            var wanted = PermissionDraft.Body(View.Agent.PermissionsVersion, [.. View.Agent.Permissions.Append(FirstCalls.Example).Select(p => new PermissionDraft(p))]);
            var read = FormBody.Read(wanted, body => AgentReader.Permissions(new PersonActor(View.Person.Id), View.Agent.Id, body));
            _refused = read.Refusal?.Detail ?? (await Viewer.CommitAsync(actor => read.Require() with { Actor = actor })).Refusal?.Detail;
        }
        finally
        {
            _isSending = false;
        }
    }
}
