using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>The agents that the person may know of. What it is narrowed to, its order and the page stand in the address.</summary>
public sealed partial class AgentList : IDisposable
{
    private const int PageSize = 50;

    private PersonState? _person;
    private Page<AgentRow>? _rows;
    private ((string?, AgentStatus?, AgentOrder, RiskLevel?, AgentGap?, DaySpan), long?) _shownFor;
    private long _newest;
    private int _newer;
    private IReadOnlyDictionary<AgentId, int> _waiting = new Dictionary<AgentId, int>();
    private IDisposable? _watch;
    private IDisposable? _board;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private AgentRows Rows { get; set; } = null!;

    [Inject] private AgentLists Lists { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")] private string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "state")] private string? StateName { get; set; }

    [SupplyParameterFromQuery(Name = "sort")] private string? Sort { get; set; }

    /// <summary>The agent after which the page begins.</summary>
    [SupplyParameterFromQuery(Name = "from")] private long? From { get; set; }

    [SupplyParameterFromQuery(Name = "new")] private bool New { get; set; }

    [SupplyParameterFromQuery(Name = "risk")] private string? LevelName { get; set; }

    [SupplyParameterFromQuery(Name = "without")] private string? GapName { get; set; }

    [SupplyParameterFromQuery(Name = "registeredfrom")] private string? RegisteredFrom { get; set; }

    [SupplyParameterFromQuery(Name = "registeredto")] private string? RegisteredTo { get; set; }

    private AgentStatus? State => Choice<AgentStatus>(StateName);

    private AgentOrder Order => Choice<AgentOrder>(Sort) is { } order && Orders.Contains(order) ? order : AgentOrder.Newest;

    private RiskLevel? Level => SeesRisk ? Choice<RiskLevel>(LevelName) : null;

    private AgentGap? Gap => SeesRisk ? Choice<AgentGap>(GapName) : null;

    private DaySpan Registered => new(DaySpan.Parse(RegisteredFrom), DaySpan.Parse(RegisteredTo));

    private AgentOrder[] Orders => SeesRisk ? [AgentOrder.Newest, AgentOrder.Name, AgentOrder.Risk] : [AgentOrder.Newest, AgentOrder.Name];

    private bool IsNarrowed => !string.IsNullOrWhiteSpace(Q) || State is not null || Level is not null || Gap is not null || !Registered.IsAny || From is not null;

    private bool MaySetUp => _person?.Has(Roles.Administrator) == true;

    private bool SeesRisk => _person?.Has(Caller.Resumers) == true;

    private AgentFilter Filter => new(Q, State is { } state ? new HashSet<AgentStatus> { state } : null, Order, Level, Gap, Registered);

    /// <summary>What is narrowed here is narrowed there.</summary>
    private string ExportLink => "/api/v1/agents/export" + Navigation.ToAbsoluteUri(Link()).Query;

    public void Dispose()
    {
        _watch?.Dispose();
        _board?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _person = await Viewer.PersonAsync();
        if (!RendererInfo.IsInteractive)
            return;
        _watch = Follower.Follow(Follower.Position, IsAboutAgents, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        _board = await Board.WatchAsync(_ => InvokeAsync(() =>
        {
            Count();
            StateHasChanged();
        }));
        Count();
    }

    protected override async Task OnParametersSetAsync()
    {
        _person = await Viewer.PersonAsync();
        var wanted = ((Q, State, Order, Level, Gap, Registered), From);
        if (_rows is not null && _shownFor == wanted)
            return;
        _shownFor = wanted;
        await ShowNewAsync();
    }

    private static bool IsAboutAgents(Entry entry) => entry.Subject.Action is null
        && (entry.Subject.Agent is not null || entry.Kind is Kinds.EverythingStopped or Kinds.PersonChanged);

    private async Task ShowNewAsync()
    {
        if (_person is not { } person)
            return;
        _rows = await Rows.PageAsync(Filter, person, From, PageSize);
        _newest = _rows.Items.Select(r => r.Agent.Sequence).DefaultIfEmpty().Max();
        _newer = 0;
    }

    /// <summary>Each row as it is now, where it is; agents that were registered since wait behind a chip.</summary>
    private async Task LookAgainAsync()
    {
        _person = await Viewer.PersonAsync();
        if (_person is not { } person || _rows is not { } shown)
            return;
        if (shown.Items.Count == 0)
        {
            await ShowNewAsync();
            StateHasChanged();
            return;
        }

        var rows = await Rows.AgainAsync(shown.Items, person);
        var newer = From is null ? await Lists.NewerAsync(Filter, person, _newest, PageSize) : 0;
        // Somebody chose another page meanwhile: that one is fresh.
        if (_rows != shown)
            return;
        (_rows, _newer) = (shown with { Items = rows }, newer);
        StateHasChanged();
    }

    private void Count() => _waiting = _person is not { } person
        ? new Dictionary<AgentId, int>()
        : Board.Waiting.Where(v => person.MaySee(v.Action, v.Session, v.Agent)).CountBy(v => v.Agent.Id).ToDictionary();

    private int Waiting(AgentState agent) => _waiting.GetValueOrDefault(agent.Id);

    private void Search(string? text) => Navigation.NavigateTo(Link(q: text, isQGiven: true), replace: true);

    private static T? Choice<T>(string? name) where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var choice) && Enum.IsDefined(choice) ? choice : null;

    private string Link(
        string? q = null, bool isQGiven = false, AgentStatus? state = null, bool isStateGiven = false, AgentOrder? order = null, long? from = null, bool? isNew = null,
        bool keepsRisk = true, bool keepsGap = true) =>
        Navigation.GetUriWithQueryParameters("/agents", new Dictionary<string, object?>
        {
            ["q"] = isQGiven ? (string.IsNullOrWhiteSpace(q) ? null : q) : Q,
            ["state"] = (isStateGiven ? state : State)?.ToString().ToLowerInvariant(),
            ["sort"] = (order ?? Order) is AgentOrder.Newest ? null : (order ?? Order).ToString().ToLowerInvariant(),
            ["risk"] = keepsRisk ? Level?.ToString().ToLowerInvariant() : null,
            ["without"] = keepsGap ? Gap?.ToString().ToLowerInvariant() : null,
            ["registeredfrom"] = Registered.From is { } since ? DaySpan.Text(since) : null,
            ["registeredto"] = Registered.To is { } until ? DaySpan.Text(until) : null,
            ["from"] = from,
            ["new"] = isNew ?? New ? true : null,
        });
}
