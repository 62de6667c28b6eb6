using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Sessions;

/// <summary>The runs of agents, newest first. What is shown follows the ledger; new ones wait behind a chip, so no row moves under the pointer.</summary>
public sealed partial class SessionsPage : IDisposable
{
    private const int PageSize = 50;

    private readonly List<SessionView> _rows = [];
    private PersonState? _person;
    private IDisposable? _board;
    private IDisposable? _feed;
    private long? _next;
    private int _new;
    private bool _isRead;
    private (string?, Guid?, string?)? _readFor;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "state")] private string? StateName { get; set; }

    [SupplyParameterFromQuery(Name = "agent")] private Guid? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "q")] private string? Text { get; set; }

    private SessionStatus? State => Enum.TryParse<SessionStatus>(StateName, ignoreCase: true, out var state) ? state : null;

    private bool IsNarrowed => State is not null || Agent is not null || !string.IsNullOrEmpty(Text);

    private string AgentName => _rows.FirstOrDefault()?.Agent.Name ?? Agent.ToString()!;

    public void Dispose()
    {
        _feed?.Dispose();
        _board?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _person = await Viewer.PersonAsync();
        if (!RendererInfo.IsInteractive)
            return;
        _board = await Board.WatchAsync(_ => InvokeAsync(StateHasChanged));
        _feed = Follower.Follow(Follower.Position, Matters, entries => InvokeAsync(() => FollowAsync(entries)));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_readFor == (StateName, Agent, Text))
            return;
        _readFor = (StateName, Agent, Text);
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        var page = await PageAsync(null);
        _rows.Clear();
        _rows.AddRange(page.Items);
        (_next, _new, _isRead) = (page.Next, 0, true);
    }

    private async Task MoreAsync()
    {
        var page = await PageAsync(_next);
        _rows.AddRange(page.Items);
        _next = page.Next;
    }

    private Task<Page<SessionView>> PageAsync(long? before) => Reader.SessionsAsync(new(
        State is { } state ? new HashSet<SessionStatus> { state } : null,
        Agent is { } agent ? new AgentId(agent) : null,
        Text?.Trim(),
        v => _person?.MaySee(v.Session, v.Agent) == true), before, PageSize);

    /// <summary>Sessions themselves, and the stops that cut off many at once.</summary>
    private static bool Matters(Entry entry) => entry.Subject.Action is null && (entry.Subject.Session is not null || entry.Kind == Kinds.StopOrdered);

    private async Task FollowAsync(IReadOnlyList<Entry> entries)
    {
        var now = (await Reader.SessionsAsync([.. _rows.Select(r => r.Session.Sequence)])).ToDictionary(v => v.Session.Sequence);
        for (var i = 0; i < _rows.Count; i++)
            _rows[i] = now.GetValueOrDefault(_rows[i].Session.Sequence, _rows[i]);
        if (State is null or SessionStatus.Active)
        {
            var started = entries.Where(e => e.Kind == Kinds.SessionStarted).Select(e => e.Subject.SessionSequence).OfType<long>().ToList();
            _new += (await Reader.SessionsAsync(started)).Count(IsWanted);
        }

        StateHasChanged();
    }

    /// <summary>As the database narrows, but for the text: who searches looks again by themselves.</summary>
    private bool IsWanted(SessionView view) => string.IsNullOrEmpty(Text) && (Agent is null || view.Agent.Id.Value == Agent) && _person?.MaySee(view.Session, view.Agent) == true;

    private int Waiting(SessionView view) => Board.Waiting.Count(w => w.Session.Sequence == view.Session.Sequence);

    private void SearchAsync(string? text) => Navigation.NavigateTo(Link(State, text: text ?? ""), replace: true);

    private string Link(SessionStatus? state, bool allAgents = false, string? text = null) => Navigation.GetUriWithQueryParameters("/sessions", new Dictionary<string, object?>
    {
        ["state"] = state?.ToString().ToLowerInvariant(),
        ["agent"] = allAgents ? null : Agent,
        ["q"] = (text ?? Text) is { Length: > 0 } q ? q : null,
    });
}
