using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Console.Layout;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Ledger;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Sessions;

/// <summary>One run of an agent: how it stands, and everything that happened in it, as it happens.</summary>
public sealed partial class SessionPage : IDisposable
{
    private const int PageSize = 300;

    private readonly List<Told> _told = [];
    private Dictionary<string, KindCount> _counts = [];
    private PersonState? _person;
    private SessionView? _view;
    private StopState? _stop;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private IDisposable? _board;
    private IDisposable? _feed;
    private long? _older;
    private bool _isRead;
    private (Guid, Chapter?)? _readFor;

    [Parameter] public Guid Id { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private EntryReader Entries { get; set; } = null!;

    [Inject] private EntrySubjectReader Subjects { get; set; } = null!;

    [Inject] private EntryWords Words { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private StopTarget Target { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "kind")] private string? ChapterName { get; set; }

    [SupplyParameterFromQuery(Name = "order")] private string? Order { get; set; }

    private Chapter? Shown => Enum.TryParse<Chapter>(ChapterName, ignoreCase: true, out var chapter) ? chapter : null;

    private bool IsOldestFirst => Order != "newest";

    private bool MayReadLedger => _person?.Has(LedgerEndpoints.Readers) == true;

    private int Waiting => Board.Waiting.Count(v => v.Session.Id.Value == Id);

    private IEnumerable<Fold> Folds => IsOldestFirst ? Folding.Of(_told) : Folding.Of(_told).OrderByDescending(f => f.Last.Entry.Sequence);

    private string Summary => string.Join(" · ", SummaryKinds.Select(k => (k.Key, N: _counts.GetValueOrDefault(k.Kind)?.Count ?? 0))
        .Where(k => k.N > 0 || k.Key == "Asked").Select(k => T["N" + k.Key, k.N].Value));

    /// <summary>From the first thing that it asked for to the stop that cut it off.</summary>
    private string? FirstToStop => _view?.Session is { Status: SessionStatus.Stopped, EndedAt: { } stopped } && _counts.TryGetValue(Kinds.ActionSubmitted, out var asked) && stopped >= asked.First
        ? Duration(stopped - asked.First)
        : null;

    public void Dispose()
    {
        _feed?.Dispose();
        _board?.Dispose();
        Target.Leave(this);
    }

    protected override async Task OnInitializedAsync()
    {
        _person = await Viewer.PersonAsync();
        _catalogue = await Policies.CatalogueAsync();
        if (RendererInfo.IsInteractive)
            _board = await Board.WatchAsync(_ => InvokeAsync(StateHasChanged));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_readFor == (Id, Shown))
            return;
        _readFor = (Id, Shown);
        _feed?.Dispose();
        var position = Follower.Position;
        await LookAsync();
        if (_view is not null)
        {
            var page = await Entries.BeforeAsync(Filter, null, PageSize);
            _told.Clear();
            _told.AddRange(await TellAsync([.. page.Items.Reverse()]));
            _older = page.Next;
            _counts = await Entries.CountAsync(Id);
            if (RendererInfo.IsInteractive)
                _feed = Follower.Follow(Math.Max(position, _told.LastOrDefault()?.Entry.Sequence ?? 0), Matters, entries => InvokeAsync(() => FollowAsync(entries)));
        }

        _isRead = true;
    }

    private EntryFilter Filter => new(Session: Id, Kinds: Shown is { } shown ? Chapters.Kinds[shown] : null);

    private async Task LookAsync()
    {
        var view = await Reader.SessionAsync(new(Id));
        _view = view is not null && _person?.MaySee(view.Session, view.Agent) == true ? view : null;
        var by = _view?.Session.StoppedBy;
        _stop = by is null ? null : await Reader.LookAsync(db => db.Stops.SingleOrDefaultAsync(s => s.Sequence == by));
        // A session that is over can't be stopped again; the next one of its agent can.
        Target.Set(this, _view?.Agent.Id, _view?.Session.Status == SessionStatus.Active ? _view.Session.Id : null);
    }

    private bool Matters(Entry entry) => entry.Subject.Session?.Value == Id || entry.Kind == Kinds.StopOrdered;

    private async Task FollowAsync(IReadOnlyList<Entry> entries)
    {
        // What is read may already hold what is told.
        var own = entries.Where(e => e.Subject.Session?.Value == Id && e.Sequence > (_told.LastOrDefault()?.Entry.Sequence ?? 0)).ToList();
        var shown = Filter.Kinds is { } kinds ? own.Where(e => kinds.Contains(e.Kind)).ToList() : own;
        _told.AddRange(await TellAsync(shown));
        _counts = await Entries.CountAsync(Id);
        if (entries.Any(e => e.Subject.Action is null))
            await LookAsync();
        StateHasChanged();
    }

    private async Task OlderAsync()
    {
        var page = await Entries.BeforeAsync(Filter, _older, PageSize);
        _told.InsertRange(0, await TellAsync([.. page.Items.Reverse()]));
        _older = page.Next;
    }

    private async Task<List<Told>> TellAsync(IReadOnlyList<Entry> entries)
    {
        var subjects = await Subjects.OfAsync(entries);
        return [.. entries.Select(e => new Told(e, Words.Of(e, subjects), e.Subject.Action is { } id ? subjects.Actions.GetValueOrDefault(id) : null))];
    }

    private int Count(Chapter chapter) => Chapters.Kinds[chapter].Sum(k => _counts.GetValueOrDefault(k)?.Count ?? 0);

    private string TitleOf(ActionView view) => _catalogue.Find(view.Action.Type)?.Title ?? view.Action.Type;

    private string Link(Chapter? chapter, bool? oldestFirst = null)
    {
        var query = string.Join('&', new[]
        {
            chapter is { } c ? $"kind={c.ToString().ToLowerInvariant()}" : null,
            oldestFirst ?? IsOldestFirst ? null : "order=newest",
        }.OfType<string>());
        return query.Length == 0 ? $"/sessions/{Id}" : $"/sessions/{Id}?{query}";
    }

    private static string Duration(TimeSpan took) => took.TotalMinutes < 1 ? $"{took.TotalSeconds:0.0} s"
        : took.TotalHours < 1 ? $"{took.Minutes}:{took.Seconds:00} min" : $"{(int)took.TotalHours}:{took.Minutes:00}:{took.Seconds:00} h";

    private static readonly (string Key, string Kind)[] SummaryKinds =
    [
        ("Asked", Kinds.ActionSubmitted), ("Approved", Kinds.ActionApproved), ("Denied", Kinds.ActionDenied), ("Released", Kinds.ActionReleased),
        ("Executed", Kinds.ActionExecuting), ("Expired", Kinds.ActionExpired), ("Refused", Kinds.ActionRefused), ("Stopped", Kinds.ActionStopped),
    ];
}
