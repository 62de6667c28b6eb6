using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Ledger;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Ledger;

/// <summary>An entry with its words and what it is about.</summary>
public sealed record TalliedEntry(Entry Entry, EntryStory Story, string? About);

/// <summary>The record of everything, newest first. New entries are counted, and read when one asks for them.</summary>
public sealed partial class LedgerPage : IDisposable
{
    private const int PageSize = 100;

    private readonly List<TalliedEntry> _rows = [];
    private readonly HashSet<long> _open = [];
    private PersonState? _person;
    private IDisposable? _feed;
    private long? _next;
    private bool _isBroken;
    private bool _isRead;
    private bool _isReading;
    private bool _aboutFault;
    private int _new;
    private EntryFilter? _readFor;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private EntryReader Entries { get; set; } = null!;

    [Inject] private EntrySubjectReader Subjects { get; set; } = null!;

    [Inject] private EntryWords Words { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "kind")] private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "actor")] private string? Actor { get; set; }

    [SupplyParameterFromQuery(Name = "action")] private Guid? Action { get; set; }

    [SupplyParameterFromQuery(Name = "session")] private Guid? Session { get; set; }

    [SupplyParameterFromQuery(Name = "agent")] private Guid? Agent { get; set; }

    private bool MayRead => _person?.Has(LedgerEndpoints.Readers) == true;

    /// <summary>An id that is typed in; which it is of is found out, then it stands as a chip.</summary>
    private static string About => "";

    private EntryFilter Filter => new(Kind: Trimmed(Kind), Action: Action, Session: Session, Agent: Agent, Actor: Trimmed(Actor));

    private IEnumerable<(string Name, Guid Id)> Narrowed => new[] { ("action", Action), ("session", Session), ("agent", Agent) }
        .Where(n => n.Item2 is not null).Select(n => (n.Item1, n.Item2!.Value));

    public void Dispose() => _feed?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _person = await Viewer.PersonAsync();
        if (RendererInfo.IsInteractive && MayRead)
            _feed = Follower.Follow(Follower.Position, _ => true, entries => InvokeAsync(() => Count(entries)));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!MayRead || _readFor == Filter)
            return;
        _readFor = Filter;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _rows.Clear();
        _new = 0;
        await AddAsync(null);
        _isRead = true;
    }

    private Task MoreAsync() => AddAsync(_next);

    private async Task AddAsync(long? before)
    {
        if (_isReading)
            return;
        _isReading = true;
        try
        {
            var page = await Entries.BeforeAsync(Filter, before, PageSize);
            var subjects = await Subjects.OfAsync(page.Items);
            _rows.AddRange(page.Items.Select(e => new TalliedEntry(e, Words.Of(e, subjects),
                e.Subject.Action is { } id && subjects.Actions.TryGetValue(id, out var view) ? $"{view.Action.Type} → {view.Action.Resource}" : null)));
            (_next, _isBroken) = (page.Next, page.IsBroken);
        }
        finally
        {
            _isReading = false;
        }
    }

    private void Count(IReadOnlyList<Entry> entries)
    {
        var last = _rows.FirstOrDefault()?.Entry.Sequence ?? 0;
        _new += entries.Count(e => e.Sequence > last && EntryReader.Matches(Filter, e));
        StateHasChanged();
    }

    private void Toggle(long sequence)
    {
        if (!_open.Remove(sequence))
            _open.Add(sequence);
    }

    private async Task SearchAboutAsync(string? text)
    {
        _aboutFault = false;
        if (Trimmed(text) is not { } typed)
            return;
        if (Guid.TryParse(typed, out var id) && await Entries.SubjectAsync(id) is { } name)
            Navigation.NavigateTo(Follow(name, id));
        else
            _aboutFault = true;
    }

    private void Search(string? kind = null, string? actor = null) => Navigation.NavigateTo(Link(kind: kind, actor: actor), replace: true);

    /// <summary>Everything about one action, session or agent.</summary>
    private static string Follow(string name, Guid id) => $"/ledger?{name}={id}";

    private string Link(string? kind = null, string? actor = null, string? without = null) => Navigation.GetUriWithQueryParameters("/ledger", new Dictionary<string, object?>
    {
        ["kind"] = Trimmed(kind ?? Kind),
        ["actor"] = Trimmed(actor ?? Actor),
        ["action"] = without == "action" ? null : Action,
        ["session"] = without == "session" ? null : Session,
        ["agent"] = without == "agent" ? null : Agent,
    });

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
