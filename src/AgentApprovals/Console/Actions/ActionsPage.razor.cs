using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Actions;

/// <summary>Everything that agents asked for, as far as the person may know of it: the list behind the figures.</summary>
public sealed partial class ActionsPage
{
    private PersonState? _person;
    private object _version = new();
    private IDisposable? _watch;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private EntryFollower Follower { get; set; } = null!;

    public void Dispose() => _watch?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            _watch = Follower.Follow(Follower.Position, e => e.Subject.Action is not null, _ => InvokeAsync(LookAgainAsync), EntryFollower.Pace);
        _person = await Viewer.PersonAsync();
    }

    private async Task LookAgainAsync()
    {
        (_person, _version) = (await Viewer.PersonAsync(), new());
        StateHasChanged();
    }
}
