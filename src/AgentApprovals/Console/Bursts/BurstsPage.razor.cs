using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Bursts;

/// <summary>Bursts, newest first, of all agents or of one: the list behind the figures.</summary>
public sealed partial class BurstsPage
{
    private HeldList<BurstView>? _list;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private PersonState? _person;
    private AgentState? _agent;
    private (Guid? Agent, DaySpan Days)? _listOf;
    private IDisposable? _watch;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "agent")] private Guid? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? To { get; set; }

    private DaySpan Days => new(DaySpan.Parse(From), DaySpan.Parse(To));

    public void Dispose() => _watch?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            _watch = Follower.Follow(Follower.Position, e => e.Subject.Action is not null || e.Kind.StartsWith("burst.", StringComparison.Ordinal), _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        _person = await Viewer.PersonAsync();
        _catalogue = await Policies.CatalogueAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        var days = Days;
        if (_listOf == (Agent, days))
            return;
        _listOf = (Agent, days);
        _agent = Agent is { } id ? await Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id))) : null;
        if (_agent is { } agent && _person?.MaySee(agent) != true)
            _agent = null;
        var list = new HeldList<BurstView>((before, limit) => ReadAsync(days, before, limit), v => v.Burst.Sequence);
        await list.LookAsync();
        _list = list;
    }

    private Task<Page<BurstView>> ReadAsync(DaySpan days, long? before, int limit) => _person is null || (Agent is not null && _agent is null)
        ? Task.FromResult(new Page<BurstView>([], null))
        : Reader.BurstsAsync(_agent?.Sequence, _person, before, limit, days);

    private async Task LookAgainAsync()
    {
        _person = await Viewer.PersonAsync();
        if (_list is { } list)
            await list.LookAsync();
        StateHasChanged();
    }
}
