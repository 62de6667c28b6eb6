using AgentApprovals.Bursts;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Layout;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Policies;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Inbox;

/// <summary>What an inbox is narrowed to.</summary>
public enum Show
{
    /// <summary>What the person can approve.</summary>
    Mine = 0,

    /// <summary>All that waits for people.</summary>
    All = 1,

    /// <summary>Approved or released, and not taken up yet: may still be denied.</summary>
    Held = 2,
}

/// <summary>What waits, and the one that is being looked at. Filters and choice stand in the address, so a link shows a colleague the same.</summary>
public sealed partial class Inbox : IDisposable
{
    /// <summary>More rows than this are drawn as one scrolls to them.</summary>
    private const int MostDrawn = 200;

    /// <summary>So many are there with the first paint, which is more than any screen holds.</summary>
    private const int FirstDrawn = 60;

    private InboxList _list = new(_ => false, _ => false);
    private PersonState? _person;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private IDisposable? _watch;
    private ActionView? _elsewhere;
    private BurstView? _burst;
    private bool _isRead;
    private string? _agentName;
    private Dictionary<Show, WaitingCount> _counts = [];
    private (Show, RiskLevel, Guid?) _filledFor;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Roster Roster { get; set; } = null!;

    [Inject] private BurstDenials Denials { get; set; } = null!;

    [Inject] private AgentApprovals.Actions.Floods Floods { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private StopTarget Target { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "show")] private string? ShowName { get; set; }

    [SupplyParameterFromQuery(Name = "risk")] private string? RiskName { get; set; }

    [SupplyParameterFromQuery(Name = "agent")] private Guid? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "id")] private Guid? Id { get; set; }

    private Show Shown => Enum.TryParse<Show>(ShowName, ignoreCase: true, out var show) ? show : Show.Mine;

    private RiskLevel MinRisk { get; set; }

    [SupplyParameterFromQuery(Name = "burst")] private Guid? Burst { get; set; }

    private ActionView? Chosen => At.Id is not { } id ? null : _list.Find(id) ?? (_elsewhere?.Action.Id.Value == id ? _elsewhere : null);

    /// <summary>While somebody reads, no row moves.</summary>
    private bool IsReading => Chosen is not null || _burst is not null || _isListing || _isSelecting;

    public void Dispose()
    {
        _watch?.Dispose();
        Floods.Changed -= Refresh;
        Target.Leave(this);
    }

    protected override async Task OnInitializedAsync()
    {
        _person = await Viewer.PersonAsync();
        _catalogue = await Policies.CatalogueAsync();
        // Without a circuit (the first paint) the same is shown once, and nothing is followed.
        if (RendererInfo.IsInteractive)
        {
            _watch = await Board.WatchAsync(Follow);
            Floods.Changed += Refresh;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        Arrive();
        MinRisk = Enum.TryParse<RiskLevel>(RiskName, ignoreCase: true, out var level) ? level : RiskLevel.Low;
        if (_filledFor != (Shown, MinRisk, Agent) || !_isRead)
        {
            _list = new(IsWanted, IsMine);
            var waiting = RendererInfo.IsInteractive ? [.. Board.Waiting] : await Reader.WaitingAsync();
            _list.Fill(waiting);
            _counts = Enum.GetValues<Show>().ToDictionary(s => s, s => new WaitingCount(v => Passes(v) && IsIn(s, v)));
            foreach (var count in _counts.Values)
                count.Fill(waiting);
            _filledFor = (Shown, MinRisk, Agent);
            _agentName = Agent is null ? null : await AgentNameAsync(new(Agent.Value));
        }

        await LookAtChosenAsync();
        _isRead = true;
    }

    private async Task LookAtChosenAsync()
    {
        // A link may lead to what no longer waits, or is not in this filter.
        if (At.Id is { } id && Chosen is null && await Reader.ActionAsync(new(id)) is { } view && _person?.MaySee(view.Action, view.Session, view.Agent) == true)
            _elsewhere = view;
        await LookAtBurstAsync();
        Target.Set(this, (Chosen?.Agent ?? _burst?.Agent)?.Id, Chosen?.Session.Id);
    }

    private void Follow(IReadOnlyList<ActionView> changed) => InvokeAsync(async () =>
    {
        foreach (var count in _counts.Values)
            count.Apply(changed);
        _list.Apply([.. changed.Where(v => _person?.MaySee(v.Action, v.Session, v.Agent) == true)], IsReading);
        _elsewhere = changed.FirstOrDefault(v => v.Action.Id == _elsewhere?.Action.Id) ?? _elsewhere;
        StateHasChanged();
        if (_burst is { } burst && changed.Any(v => v.Action.Burst == burst.Burst.Id))
        {
            await LookAtBurstAsync();
            StateHasChanged();
        }
    });

    private async Task LookAtBurstAsync() =>
        _burst = At is { Burst: { } id, Id: null } && _person is not null && await Reader.BurstAsync(new(id)) is { } burst && await Denials.MaySeeAsync(burst, _person) ? burst : null;

    private void Refresh() => InvokeAsync(StateHasChanged);

    private bool IsMine(ActionView view) => _person is not null && Standing.Of(_person, view, Roster).MayApprove;

    private bool IsWanted(ActionView view) => IsIn(Shown, view) && Passes(view);

    private bool Passes(ActionView view) => view.Action.Risk.Level >= MinRisk && (Agent is null || view.Agent.Id.Value == Agent);

    private bool IsIn(Show show, ActionView view) => _person?.MaySee(view.Action, view.Session, view.Agent) == true && show switch
    {
        Show.Mine => IsMine(view),
        Show.All => view.Action.Status == ActionStatus.Pending,
        _ => view.Action.Status is ActionStatus.Approved or ActionStatus.Released,
    };

    private int Count(Show show) => _counts.TryGetValue(show, out var count) ? count.Count : 0;

    private async Task<string> AgentNameAsync(AgentId id) =>
        await Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == id)) is { } agent && _person?.MaySee(agent) == true ? agent.Name : id.ToString();

    private string TitleOf(ActionView view) => _catalogue.Find(view.Action.Type)?.Title ?? view.Action.Type;

    private void ApplyFilterAsync() => Navigation.NavigateTo(Link());

    private string Link(InboxLine line) => line.Burst is { } burst ? Link(burst: burst) : Link(id: line.View.Action.Id);

    private string Link(Show? show = null, ActionId? id = null, BurstId? burst = null, bool noId = false, bool clearAgent = false) => Navigation.GetUriWithQueryParameters("/", new Dictionary<string, object?>
    {
        ["show"] = (show ?? Shown) is var s and not Show.Mine ? s.ToString().ToLowerInvariant() : null,
        ["risk"] = MinRisk == RiskLevel.Low ? null : MinRisk.ToString().ToLowerInvariant(),
        ["agent"] = clearAgent ? null : Agent,
        ["id"] = id?.Value ?? (noId || show is not null || burst is not null ? null : At.Id),
        ["burst"] = burst?.Value ?? (noId || show is not null || id is not null ? null : At.Burst),
    });
}
