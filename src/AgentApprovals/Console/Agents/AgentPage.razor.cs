using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Layout;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>The parts of an agent's page, as they stand in its address.</summary>
public enum AgentTab
{
    /// <summary>For Managers and Administrators.</summary>
    Risk,
    Sessions,
    Actions,
    Permissions,
    Instructions,

    /// <summary>For Administrators.</summary>
    Keys,
    Settings,
}

/// <summary>One agent: how it stands, what risk it carries, what it does and what it may do.</summary>
public sealed partial class AgentPage : IDisposable
{
    private AgentView? _view;
    private bool _isRead;
    private bool _isFirstRun;
    private Guid? _watched;
    private IDisposable? _watch;

    [Parameter] public Guid Id { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private AgentViewReader Reader { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    [Inject] private StopTarget Target { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "tab")] private string? TabName { get; set; }

    private IEnumerable<AgentTab> Tabs => Enum.GetValues<AgentTab>().Where(t => t switch
    {
        AgentTab.Risk => _view?.Risk is not null,
        AgentTab.Keys => _view?.MaySetUp == true,
        _ => true,
    });

    private AgentTab Tab => Enum.TryParse<AgentTab>(TabName, ignoreCase: true, out var tab) && Tabs.Contains(tab) ? tab : Tabs.First();

    public void Dispose()
    {
        _watch?.Dispose();
        Target.Leave(this);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_watched == Id)
            return;
        _watch?.Dispose();
        (_watched, _view, _isRead) = (Id, null, false);
        if (RendererInfo.IsInteractive)
            _watch = Follower.Follow(Follower.Position, IsAbout, _ => InvokeAsync(LookAsync), EntryFollower.Pace);
        await LookAsync();
        _isFirstRun = _view is { MaySetUp: true, HasHadSession: false };
    }

    private bool IsAbout(Entry entry) => entry.Subject.Agent?.Value == _watched
        || entry.Kind is Kinds.EverythingStopped or Kinds.EverythingResumed or Kinds.InstructionsChanged or Kinds.PersonChanged or Kinds.CatalogueChanged;

    private async Task LookAsync()
    {
        var id = Id;
        var view = await Viewer.PersonAsync() is { } person ? await Reader.OfAsync(new(id), person) : null;
        if (id != Id)
            return;
        (_view, _isRead) = (view, true);
        Target.Set(this, view?.Agent.Id);
        StateHasChanged();
    }
}
