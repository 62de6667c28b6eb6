using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Risk;

/// <summary>All agents together, for who answers for them: what they carry, what people had to do with it, and what nothing covers.</summary>
public sealed partial class FleetPage
{
    private static readonly int[] Periods = [7, 30, 90];

    /// <summary>The figures are sums of days: nobody waits for one more of them.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(3);

    private FleetRiskDocument? _risk;
    private bool _isRefused;
    private IDisposable? _watch;
    private volatile bool _isBehind;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private FleetRisks Fleet { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "days")] private int? Days { get; set; }

    private int Period => Days is { } days && Periods.Contains(days) ? days : 30;

    private int Asked => _risk?.Outcomes["submitted"] ?? 0;

    private bool IsEmpty => _risk is { } risk && Asked + risk.Agents.Active + risk.Agents.Stopped + risk.Agents.Retired == 0;

    private FigureLinks Links => new(new(_risk?.From, null));

    public void Dispose() => _watch?.Dispose();

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
            _watch = Follower.Follow(Follower.Position, _ => FallsBehind(), _ => InvokeAsync(LookAgainAsync), Pace);
    }

    /// <summary>However much happens, one of it is enough to look again.</summary>
    private bool FallsBehind()
    {
        if (_isBehind)
            return false;
        _isBehind = true;
        return true;
    }

    protected override Task OnParametersSetAsync() => _risk?.PeriodDays == Period ? Task.CompletedTask : LookAsync();

    private async Task LookAgainAsync()
    {
        _isBehind = false;
        await LookAsync();
        StateHasChanged();
    }

    private async Task LookAsync()
    {
        var period = Period;
        var mayLook = await Viewer.PersonAsync() is { } person && person.Has(Caller.Resumers);
        var risk = mayLook ? await Fleet.OfAsync(period) : null;
        if (period == Period)
            (_isRefused, _risk) = (!mayLook, risk);
    }

    private static string Link(int period) => period == 30 ? "/risk" : $"/risk?days={period}";
}
