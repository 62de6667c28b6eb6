using AgentApprovals.Console.Circuits;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.People;

/// <summary>Everybody who may come in here, and what they may do. Who is chosen, and how the list is narrowed, stands in the address.</summary>
public sealed partial class PeoplePage : IDisposable
{
    private static readonly string[] States = ["all", "active", "inactive"];
    private static readonly string[] Sorts = ["name", "added"];
    private static readonly Roles[] AllRoles = [.. Enum.GetValues<Roles>().Where(r => r != Roles.None)];

    private PersonState? _viewer;

    /// <summary>The set-up link of who was just added; it is told once.</summary>
    private string? _link;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Roster Roster { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")] private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "role")] private string? RoleName { get; set; }

    [SupplyParameterFromQuery(Name = "state")] private string? StateName { get; set; }

    [SupplyParameterFromQuery(Name = "sort")] private string? SortName { get; set; }

    [SupplyParameterFromQuery(Name = "id")] private Guid? Id { get; set; }

    [SupplyParameterFromQuery(Name = "add")] private bool? Adding { get; set; }

    private string State => States.Contains(StateName) ? StateName! : States[0];

    private string SortBy => Sorts.Contains(SortName) ? SortName! : Sorts[0];

    private bool IsPanelOpen => Id is not null || Adding is not null;

    private PersonState? Chosen => Id is { } id ? Roster.Person(new Domain.PersonId(id)) : null;

    private List<PersonState> Shown
    {
        get
        {
            var shown = Roster.People.Where(p => IsWanted(p));
            return [.. SortBy == "added" ? shown.OrderByDescending(p => p.Sequence) : shown.OrderBy(p => p.DisplayName, StringComparer.OrdinalIgnoreCase)];
        }
    }

    public void Dispose() => Roster.PersonChanged -= Follow;

    protected override async Task OnInitializedAsync()
    {
        _viewer = await Viewer.PersonAsync();
        Roster.PersonChanged += Follow;
    }

    protected override void OnParametersSet()
    {
        if (Id is null)
            _link = null;
    }

    private void Follow(PersonState person) => _ = InvokeAsync(StateHasChanged);

    private bool IsWanted(PersonState person) =>
        (State == "all" || person.Active == (State == "active"))
        && (string.IsNullOrEmpty(RoleName) || (Enum.TryParse<Roles>(RoleName, out var role) && (role == Roles.None ? person.Roles == Roles.None : person.Roles.HasFlag(role))))
        && (string.IsNullOrEmpty(Search) || $"{person.DisplayName}\n{person.Email}\n{string.Join('\n', person.Groups)}".Contains(Search, StringComparison.OrdinalIgnoreCase));

    private string RolesOf(PersonState person) => person.Roles == Roles.None
        ? T["NoRole"]
        : string.Join(", ", AllRoles.Where(r => person.Roles.HasFlag(r)).Select(r => T[r.ToString()].Value));

    private void AddedAsync((PersonState Person, string Link) added)
    {
        Navigation.NavigateTo(Link(id: added.Person.Id.Value));
        _link = added.Link;
    }

    private void Go(string? q = null, string? role = null, string? sort = null) => Navigation.NavigateTo(Link(q: q, role: role, sort: sort), replace: true);

    private string Link(string? q = null, string? role = null, string? state = null, string? sort = null, Guid? id = null, bool add = false, bool close = false) =>
        Navigation.GetUriWithQueryParameters("/people", new Dictionary<string, object?>
        {
            ["q"] = Blank(q ?? Search),
            ["role"] = Blank(role ?? RoleName),
            ["state"] = (state ?? State) is var s && s == States[0] ? null : s,
            ["sort"] = (sort ?? SortBy) is var o && o == Sorts[0] ? null : o,
            ["id"] = id ?? (add || close ? null : Id),
            ["add"] = add ? true : id is null && !close ? Adding : null,
        });

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
