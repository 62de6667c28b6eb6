using System.Text.Json;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Policies;

/// <summary>The catalogue of action types: what people have described, and how bad each can be.</summary>
public sealed partial class TypesTab : IDisposable
{
    private static readonly string[] Sorts = ["name", "sensitivity"];

    private Catalogue? _current;
    private Catalogue? _theirs;
    private IDisposable? _feed;
    private Refusal? _faults;
    private string? _refused;

    [Parameter] public bool MayEdit { get; set; }

    [Parameter] public string? Search { get; set; }

    [Inject] private TypesDraft Draft { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "sort")] private string? SortName { get; set; }

    private string SortBy => Sorts.Contains(SortName) ? SortName! : Sorts[0];

    private IEnumerable<(ActionType Type, int At)> Shown
    {
        get
        {
            var shown = Draft.Items.Select((t, i) => (Type: t, At: i)).Where(t => string.IsNullOrEmpty(Search) || t.At == Draft.At
                || $"{t.Type.Name}\n{t.Type.Title}\n{t.Type.Compensation}".Contains(Search, StringComparison.OrdinalIgnoreCase));
            return SortBy == "sensitivity"
                ? shown.OrderByDescending(t => t.Type.Sensitivity).ThenBy(t => t.Type.Name, StringComparer.Ordinal)
                : shown.OrderBy(t => t.Type.Name, StringComparer.Ordinal);
        }
    }

    public void Dispose() => _feed?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        var position = Follower.Position;
        await ReadAsync();
        if (RendererInfo.IsInteractive)
            _feed = Follower.Follow(position, e => e.Kind == Kinds.CatalogueChanged, _ => InvokeAsync(async () => { await ReadAsync(); StateHasChanged(); }));
    }

    private async Task ReadAsync()
    {
        _current = await Policies.CatalogueAsync();
        if (!Draft.IsDirty)
            Draft.Begin(_current.Version, _current.Items);
        _theirs = Draft.Version == _current.Version ? null : _current;
    }

    private void Add() => Open(Draft.Items.Count, new());

    private void Edit(int at) => Open(at, TypeInput.Of(Draft.Items[at]));

    private void Open(int at, TypeInput input)
    {
        _faults = null;
        Draft.Open(at, input);
    }

    private void Keep()
    {
        var at = Draft.At!.Value;
        var read = FormBody.Read(TypeInput.Body(Draft.Items, at, Draft.Input!), ActionTypeReader.Read);
        _faults = read.Refusal;
        if (read.Refusal is null)
            Draft.Put(read.Value![at]);
    }

    private void Close()
    {
        _faults = null;
        Draft.Close();
    }

    private async Task SaveAsync()
    {
        var saved = await Viewer.CommitAsync(actor => new PutCatalogue(actor, Draft.Version, Draft.Items));
        _refused = saved.Refusal?.Detail;
        if (saved.Refusal is null)
            Draft.Begin(saved.Value!.Version, saved.Value.Items);
        await ReadAsync();
    }

    private void KeepMine()
    {
        Draft.Keep(_theirs!.Version, _theirs.Items);
        (_theirs, _refused) = (null, null);
    }

    private void TakeTheirs()
    {
        Draft.Begin(_current!.Version, _current.Items);
        (_theirs, _refused, _faults) = (null, null, null);
    }

    /// <summary>Each entry as the API shows it, on a line of its own, in the order that does not depend on how the list is sorted.</summary>
    private static string TextOf(IReadOnlyList<ActionType> items) => string.Join('\n', items.OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => JsonSerializer.Serialize(ActionTypeReader.Shown(t), RowFacts.Json)));

    private string Link(string sort) => Navigation.GetUriWithQueryParameter("sort", sort == Sorts[0] ? null : sort);

    private void SearchFor(string? text) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrEmpty(text) ? null : text), replace: true);
}
