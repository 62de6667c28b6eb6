using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Layout;

/// <summary>Where one is, what waits, whether the line holds, who one is, and STOP.</summary>
public sealed partial class TopBar
{
    private static readonly string[] Themes = ["system", "light", "dark"];
    private PersonState? _person;
    private WaitingCount? _mine;
    private string _theme = "system";
    private IDisposable? _watch;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private Roster Roster { get; set; } = null!;

    [Inject] private StopTarget Target { get; set; } = null!;

    [Inject] private KeyMapSwitch Keys { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    public void Dispose()
    {
        Target.Changed -= Refresh;
        _watch?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _person = await Viewer.PersonAsync();
        Target.Changed += Refresh;
        if (RendererInfo.IsInteractive)
            _watch = await Board.WatchAsync(changed => InvokeAsync(() => Follow(changed)));
        _mine = new(v => _person is not null && Standing.Of(_person, v, Roster).MayApprove);
        _mine.Fill(Board.Waiting);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _theme = await Js.InvokeAsync<string>("agentApprovals.theme");
        StateHasChanged();
    }

    private void Refresh() => InvokeAsync(StateHasChanged);

    private void Follow(IReadOnlyList<ActionView> changed)
    {
        _mine?.Apply(changed);
        StateHasChanged();
    }

    private bool Has(Roles roles) => _person?.Has(roles) == true;

    private async Task SetThemeAsync(string theme)
    {
        _theme = theme;
        await Js.InvokeVoidAsync("agentApprovals.setTheme", theme);
    }
}
