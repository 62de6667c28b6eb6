using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>What the agent asked for, newest first; narrowed by status in the address.</summary>
public sealed partial class ActionsSection
{
    private HeldList<ActionView>? _list;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private AgentView? _readFor;
    private ActionStatus? _listOf;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    private ActionStatus? Status => Enum.TryParse<ActionStatus>(StatusName, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null;

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_readFor, View) && _listOf == Status)
            return;
        var list = _listOf == Status && _list is not null ? _list : ListOf(Status);
        (_readFor, _listOf) = (View, Status);
        _catalogue = await Policies.CatalogueAsync();
        await list.LookAsync();
        _list = list;
    }

    private HeldList<ActionView> ListOf(ActionStatus? status) => new(
        (before, limit) => Reader.ActionsAsync(
            new ActionFilter(
                status is { } wanted ? new HashSet<ActionStatus> { wanted } : null,
                AgentSequence: View.Agent.Sequence,
                IsVisible: v => View.Person.MaySee(v.Action, v.Session, v.Agent)),
            before, limit),
        v => v.Action.Sequence);

    private void Choose(ChangeEventArgs e) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("status", ((string?)e.Value)?.ToLowerInvariant() is { Length: > 0 } name ? name : null));
}
