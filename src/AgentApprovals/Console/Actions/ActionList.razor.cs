using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Actions;

/// <summary>What an agent asked for, or all of them, newest first; narrowed by status in the address.</summary>
public sealed partial class ActionList
{
    private HeldList<ActionView>? _list;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private object? _readFor;
    private (ActionStatus?, string?) _listOf;

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    /// <summary>Null: of all of them.</summary>
    [Parameter] public AgentState? Agent { get; set; }

    /// <summary>Another one each time that it is to look again.</summary>
    [Parameter, EditorRequired] public object Version { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [SupplyParameterFromQuery(Name = "type")] private string? Type { get; set; }

    private ActionStatus? Status => Enum.TryParse<ActionStatus>(StatusName, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null;

    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Status, Type);
        if (ReferenceEquals(_readFor, Version) && _listOf == wanted)
            return;
        var list = _listOf == wanted && _list is not null ? _list : ListOf(Status, Type);
        (_readFor, _listOf) = (Version, wanted);
        _catalogue = await Policies.CatalogueAsync();
        await list.LookAsync();
        _list = list;
    }

    private HeldList<ActionView> ListOf(ActionStatus? status, string? type) => new(
        (before, limit) => Reader.ActionsAsync(
            new ActionFilter(
                status is { } wanted ? new HashSet<ActionStatus> { wanted } : null,
                type,
                AgentSequence: Agent?.Sequence,
                IsVisible: v => Person.MaySee(v.Action, v.Session, v.Agent)),
            before, limit),
        v => v.Action.Sequence);

    private void Choose(ChangeEventArgs e) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("status", ((string?)e.Value)?.ToLowerInvariant() is { Length: > 0 } name ? name : null));
}
