using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Observations;

/// <summary>What target systems saw agents do, newest first, of all agents or of one: the list behind the figures, and every bypass in it.</summary>
public sealed partial class ObservationsPage
{
    private HeldList<ObservationView>? _list;
    private Catalogue _catalogue = Catalogue.BuiltIn;
    private PersonState? _person;
    private AgentState? _agent;
    private (Guid?, bool, int?)? _listOf;
    private IDisposable? _watch;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private PolicyReader Policies { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "agent")] private Guid? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "only")] private string? Only { get; set; }

    [SupplyParameterFromQuery(Name = "days")] private int? Days { get; set; }

    private bool IsBypasses => Only == "bypasses";

    private int? Period => Days is >= 1 and <= 365 ? Days : null;

    public void Dispose() => _watch?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            _watch = Follower.Follow(Follower.Position, e => e.Kind is Kinds.AgentBypassed or Kinds.ObservationCovered, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        _person = await Viewer.PersonAsync();
        _catalogue = await Policies.CatalogueAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_listOf == (Agent, IsBypasses, Period))
            return;
        _listOf = (Agent, IsBypasses, Period);
        _agent = Agent is { } id ? await Reader.LookAsync(db => db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id))) : null;
        if (_agent is { } agent && _person?.MaySee(agent) != true)
            _agent = null;
        var list = new HeldList<ObservationView>(ReadAsync, v => v.Observation.Sequence);
        await list.LookAsync();
        _list = list;
    }

    /// <summary>Days as figures count them: whole ones of UTC, today's included.</summary>
    private Task<Page<ObservationView>> ReadAsync(long? before, int limit) => _person is null || (Agent is not null && _agent is null)
        ? Task.FromResult(new Page<ObservationView>([], null))
        : Reader.ObservationsAsync(_agent?.Sequence, IsBypasses ? false : null, _person, before, limit, Period is { } days ? new Moment((Reader.Now.Day - days + 1) * 86_400_000L) : null);

    private async Task LookAgainAsync()
    {
        _person = await Viewer.PersonAsync();
        if (_list is { } list)
            await list.LookAsync();
        StateHasChanged();
    }

    private string Link(bool isBypasses, bool keepsAgent = true, bool keepsDays = true)
    {
        var query = new[]
        {
            isBypasses ? "only=bypasses" : null,
            keepsAgent && Agent is { } agent ? $"agent={agent}" : null,
            keepsDays && Period is { } days ? $"days={days}" : null,
        }.OfType<string>().ToList();
        return query.Count == 0 ? "/observations" : $"/observations?{string.Join('&', query)}";
    }
}
