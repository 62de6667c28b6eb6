using AgentApprovals.Console.Circuits;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Runners;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Sessions;

/// <summary>
/// What holds a session's process, how the console stands with its runner, and having the process stand still: said to be asked for
/// until the runner has confirmed it.
/// </summary>
public sealed partial class RunnerPanel : IDisposable
{
    /// <summary>A runner that is heard is no entry of the ledger, so it is looked at; the clocks on the page tick by themselves.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private RunnerStanding? _standing;
    private bool? _asked;
    private string? _refused;

    [Parameter, EditorRequired] public SessionState Session { get; set; } = null!;

    /// <summary>Whether to offer it; the command judges again.</summary>
    [Parameter] public bool MayPause { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private RunnerLeases Leases { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    private bool IsOpen => Session.Status == SessionStatus.Active;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive && Session.Runner is not null)
            _ = FollowAsync();
    }

    /// <summary>What was asked is confirmed with the entry that says so, which the page follows.</summary>
    protected override void OnParametersSet()
    {
        Look();
        if (_asked == Session.Paused)
            _asked = null;
    }

    private bool Look()
    {
        var standing = IsOpen && Session.Runner is not null ? Leases.Of(Session) : null;
        var isNew = standing != _standing;
        _standing = standing;
        return isNew;
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Rest, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (Look())
                    StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The page went.
        }
    }

    private async Task OrderAsync()
    {
        if (_asked is not null)
            return;
        var paused = !Session.Paused;
        (_asked, _refused) = (paused, null);
        StateHasChanged();
        if ((await Viewer.PauseAsync(Session.Id, paused)).Refusal is { } refusal)
            (_asked, _refused) = (null, refusal.Detail);
    }
}
