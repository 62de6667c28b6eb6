using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Policies;

/// <summary>The rules as they stand, and as somebody would change them: nothing is saved before the difference was seen and a reason given.</summary>
public sealed partial class RulesTab : IDisposable
{
    private Policy? _current;
    private Policy? _theirs;
    private IReadOnlyList<DocumentState> _versions = [];
    private IDisposable? _feed;
    private Refusal? _faults;
    private string? _refused;
    private string _told = "";
    private string? _focus;

    [Parameter] public bool MayEdit { get; set; }

    [Parameter] public string? Search { get; set; }

    [Inject] private RulesDraft Draft { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private RuleWords Words { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    private IEnumerable<(Rule Rule, int At)> Shown => Draft.Items.Select((r, i) => (r, i)).Where(r => string.IsNullOrEmpty(Search) || r.i == Draft.At
        || $"{r.r.Name}\n{Words.When(r.r)}\n{Words.Then(r.r)}".Contains(Search, StringComparison.OrdinalIgnoreCase));

    public void Dispose() => _feed?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        var position = Follower.Position;
        await ReadAsync();
        if (RendererInfo.IsInteractive)
            _feed = Follower.Follow(position, e => e.Kind == Kinds.PolicyChanged, _ => InvokeAsync(async () => { await ReadAsync(); StateHasChanged(); }));
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } selector)
            return;
        _focus = null;
        await Js.InvokeVoidAsync("agentApprovals.focus", selector);
    }

    /// <summary>What is in work stays; that another version is there now is told beside it.</summary>
    private async Task ReadAsync()
    {
        _current = (await Policies.PolicyAsync(null))!;
        _versions = await Policies.HistoryAsync();
        if (!Draft.IsDirty)
            Draft.Begin(_current.Version, _current.Rules);
        _theirs = Draft.Version == _current.Version ? null : _current;
    }

    private void Add() => Open(Draft.Items.Count, RuleInput.Of(Judgement.DefaultRule));

    private void Edit(int at) => Open(at, RuleInput.Of(Draft.Items[at]));

    private void Open(int at, RuleInput input)
    {
        _faults = null;
        Draft.Open(at, input);
    }

    /// <summary>Reads what was typed as the API would read the whole list with it.</summary>
    private void Keep()
    {
        var at = Draft.At!.Value;
        var read = FormBody.Read(RuleInput.Body(Draft.Items, at, Draft.Input!), RuleReader.Read);
        _faults = read.Refusal;
        if (read.Refusal is null)
            Draft.Put(read.Value![at]);
    }

    private void Close()
    {
        _faults = null;
        Draft.Close();
    }

    private void Remove(int at) => Draft.Remove(at);

    private Task KeyAsync(KeyboardEventArgs e, int at) => e is { AltKey: true, Key: "ArrowUp" or "ArrowDown" } && MayEdit && Draft.Input is null && string.IsNullOrEmpty(Search)
        ? MoveAsync(at, e.Key == "ArrowUp" ? -1 : 1)
        : Task.CompletedTask;

    private Task MoveAsync(int at, int step)
    {
        if (!Draft.Move(at, step))
            return Task.CompletedTask;
        var to = at + step;
        _told = T["Moved", Draft.Items[to].Name, to + 1];
        // The button that was pressed goes on under the finger that pressed it; at an end its brother does.
        var end = step < 0 ? to == 0 : to == Draft.Items.Count - 1;
        _focus = $"#{(step < 0 != end ? "up" : "down")}-{to}";
        return Task.CompletedTask;
    }

    private async Task SaveAsync()
    {
        var saved = await Viewer.CommitAsync(actor => new PutPolicy(actor, Draft.Version, Draft.Items, Draft.Reason.Trim()));
        _refused = saved.Refusal?.Detail;
        if (saved.Refusal is null)
            Draft.Begin(saved.Value!.Version, saved.Value.Rules);
        await ReadAsync();
    }

    private void KeepMine()
    {
        Draft.Keep(_theirs!.Version, _theirs.Rules);
        (_theirs, _refused) = (null, null);
    }

    private void TakeTheirs()
    {
        Draft.Begin(_current!.Version, _current.Rules);
        (_theirs, _refused, _faults) = (null, null, null);
    }

    private void SearchFor(string? text) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrEmpty(text) ? null : text), replace: true);
}
