using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Decisions;

/// <summary>What people decided, newest first: the list behind the figures of reviewers. Managers see everybody's, each person their own.</summary>
public sealed partial class DecisionsPage
{
    private HeldList<DecisionView>? _list;
    private DecisionFilter? _listOf;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private PersonState? _person;
    private bool _isRefused;
    private IDisposable? _watch;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private DecisionLists Lists { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "person")] private string? Person { get; set; }

    [SupplyParameterFromQuery(Name = "only")] private string? Only { get; set; }

    [SupplyParameterFromQuery(Name = "verdict")] private string? Verdict { get; set; }

    [SupplyParameterFromQuery(Name = "hour")] private string? Hour { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? To { get; set; }

    /// <summary>As it stands in the address; what can't be read of it narrows nothing.</summary>
    private DecisionFilter Filter => new(
        Enum.GetValues<DecisionFactKind>().FirstOrDefault(k => Lower(k) == Only),
        Guid.TryParseExact(Person, "D", out var id) ? new PersonId(id) : null,
        Verdict switch { "approve" => true, "deny" => false, _ => null },
        int.TryParse(Hour, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var hour) && hour < 24 ? hour : null,
        new(DaySpan.Parse(From), DaySpan.Parse(To)));

    public void Dispose() => _watch?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            _watch = Follower.Follow(Follower.Position, e => e.Kind is Kinds.ActionApproval or Kinds.ActionApproved or Kinds.ActionDenied or Kinds.BurstDenied, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        _catalogue = await Policies.CatalogueAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        var wanted = Filter;
        if (_listOf == wanted)
            return;
        _listOf = wanted;
        _person = await Viewer.PersonAsync();
        _isRefused = _person is null || DecisionLists.RefusalFor(_person, wanted.Person) is not null;
        if (_isRefused)
            return;
        var list = new HeldList<DecisionView>((before, limit) => ReadAsync(wanted, before, limit), v => v.Place);
        await list.LookAsync();
        _list = list;
    }

    private Task<Page<DecisionView>> ReadAsync(DecisionFilter wanted, long? before, int limit) => _person is not { } person || DecisionLists.RefusalFor(person, wanted.Person) is not null
        ? Task.FromResult(new Page<DecisionView>([], null))
        : Lists.PageAsync(wanted, person, before, limit);

    private async Task LookAgainAsync()
    {
        _person = await Viewer.PersonAsync();
        if (_list is { } list)
            await list.LookAsync();
        StateHasChanged();
    }

    private void Choose(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value));

    private string Without(string name) => Navigation.GetUriWithQueryParameter(name, (string?)null);

    private string TitleOf(DecisionView view)
    {
        var type = view.Action?.Action.Type ?? view.Burst!.Burst.Type;
        return _catalogue.Find(type)?.Title ?? type;
    }

    private static string Href(DecisionView view) => view.Action is { } action ? $"/?id={action.Action.Id}" : $"/?burst={view.Burst!.Burst.Id}";

    private static string Lower(DecisionFactKind kind) => kind.ToString().ToLowerInvariant();
}
