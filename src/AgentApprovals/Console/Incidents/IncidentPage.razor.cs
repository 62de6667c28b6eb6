using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Layout;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Sessions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Incidents;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Incidents;

/// <summary>What a stop cut off, from the first request to containment: what may have happened, how to undo it, and everything in order.</summary>
public sealed partial class IncidentPage : IDisposable
{
    private PersonState? _person;
    private Incident? _incident;
    private IReadOnlyList<Fold> _folds = [];
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private IDisposable? _feed;
    private bool _isRead;

    [Parameter] public Guid Id { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private IncidentReader Incidents { get; set; } = null!;

    [Inject] private EntrySubjectReader Subjects { get; set; } = null!;

    [Inject] private EntryWords Words { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private StopTarget Target { get; set; } = null!;

    private string Name => _incident?.Stop.TargetName ?? T["Everything"];

    /// <summary>What may have to be undone, what nobody knows of first.</summary>
    private IEnumerable<IncidentAction> Effects => _incident!.Document.Actions.Where(a => a.Fate is Fate.Executed or Fate.MayHaveHappened).OrderByDescending(a => a.Fate);

    public void Dispose()
    {
        _feed?.Dispose();
        Target.Leave(this);
    }

    protected override async Task OnParametersSetAsync()
    {
        _feed?.Dispose();
        _person = await Viewer.PersonAsync();
        _catalogue = await Policies.CatalogueAsync();
        var position = Follower.Position;
        await ReadAsync();
        if (RendererInfo.IsInteractive && _incident is not null)
            _feed = Follower.Follow(position, Matters, _ => InvokeAsync(async () => { await ReadAsync(); StateHasChanged(); }));
    }

    private async Task ReadAsync()
    {
        _incident = _person is null ? null : await Incidents.SeenAsync(_person, new(Id));
        _isRead = true;
        if (_incident is not { } incident)
            return;
        var agents = incident.Document.Sessions.Select(s => s.Agent.Id).Distinct().ToList();
        Target.Set(this, agents is [var only] ? new Domain.AgentId(only) : null, null);
        var subjects = await Subjects.OfAsync(incident.Entries);
        _folds = Folding.Of(incident.Entries.Select(e => new Told(e, Words.Of(e, subjects), e.Subject.Action is { } id ? subjects.Actions.GetValueOrDefault(id) : null)));
    }

    private bool Matters(Entry entry) => entry.Row is ("stop", var sequence) && sequence == _incident!.Stop.Sequence
        || (entry.Subject.Session is { } session && _incident!.Document.Sessions.Any(s => s.Id == session))
        || (entry.Kind == Kinds.AgentBypassed && _incident!.Document.Sessions.Any(s => s.Agent.Id == entry.Subject.Agent?.Value));

    private string TitleOf(ActionView view) => _catalogue.Find(view.Action.Type)?.Title ?? view.Action.Type;

    private string Duration(long seconds) => seconds < 60 ? T["Seconds", seconds] : seconds < 3600 ? T["Minutes", seconds / 60, seconds % 60] : T["Hours", seconds / 3600, seconds / 60 % 60];
}
