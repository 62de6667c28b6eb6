using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Actions;

/// <summary>What an agent asked for, or all of them, newest first; narrowed in the address to what a figure counts.</summary>
public sealed partial class ActionList
{
    private HeldList<ActionView>? _list;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private object? _readFor;
    private ActionNarrowing? _listOf;

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

    [SupplyParameterFromQuery(Name = "directed")] private string? DirectedName { get; set; }

    [SupplyParameterFromQuery(Name = "only")] private string? OnlyName { get; set; }

    [SupplyParameterFromQuery(Name = "slower")] private int? SlowerThan { get; set; }

    [SupplyParameterFromQuery(Name = "burst")] private Guid? Burst { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "endedfrom")] private string? EndedFrom { get; set; }

    [SupplyParameterFromQuery(Name = "endedto")] private string? EndedTo { get; set; }

    private ActionNarrowing Narrowed => ActionNarrowing.Of(StatusName, DirectedName, OnlyName, Type, SlowerThan) with
    {
        Burst = Burst,
        Asked = new(DaySpan.Parse(From), DaySpan.Parse(To)),
        Ended = new(DaySpan.Parse(EndedFrom), DaySpan.Parse(EndedTo)),
    };

    protected override async Task OnParametersSetAsync()
    {
        var wanted = Narrowed;
        if (ReferenceEquals(_readFor, Version) && _listOf == wanted)
            return;
        var list = _listOf == wanted && _list is not null ? _list : ListOf(wanted, await SequenceAsync(wanted.Burst));
        (_readFor, _listOf) = (Version, wanted);
        _catalogue = await Policies.CatalogueAsync();
        await list.LookAsync();
        _list = list;
    }

    private HeldList<ActionView> ListOf(ActionNarrowing wanted, long? burst) => new(
        (before, limit) => Reader.ActionsAsync(wanted.AsFilter(Agent?.Sequence, burst, v => Person.MaySee(v.Action, v.Session, v.Agent)), before, limit),
        v => v.Action.Sequence);

    /// <summary>0, of which there is none, where there is no such burst.</summary>
    private async Task<long?> SequenceAsync(Guid? burst) => burst is { } id ? (await Reader.BurstAsync(new(id)))?.Burst.Sequence ?? 0 : null;

    private void Choose(string name, ChangeEventArgs e) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, ((string?)e.Value)?.ToLowerInvariant() is { Length: > 0 } chosen ? chosen : null));
}
