using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Inbox;

/// <summary>
/// Moving on by a key: the next card is shown at once, and the address follows. The browser is asked to change it and answers with it, which over a slow
/// line takes as long as the card itself; meanwhile further keys go on from where the last one led.
/// </summary>
public sealed partial class Inbox
{
    private readonly List<Place> _ahead = [];
    private Place _told;
    private bool _isOutOfSight;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    /// <summary>The card in view: where the last key led, or what the address says.</summary>
    private Place At => _ahead is [.., var last] ? last : new(Id, Burst);

    private async Task MoveAsync(int step)
    {
        if (_list.Neighbour(At.Key, step) is not { } next || next.Key == At.Key)
            return;
        _ahead.Add(next.Burst is null ? new(next.Key, null) : new(null, next.Key));
        _isOutOfSight = true;
        await LookAtChosenAsync();
        Navigation.NavigateTo(Link(next));
    }

    /// <summary>The row that a key led to comes into view; nothing scrolls for a row that somebody pressed.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isOutOfSight)
            return;
        _isOutOfSight = false;
        await Js.InvokeVoidAsync("agentApprovals.reveal", ".rows [aria-current=true]");
    }

    /// <summary>The address has changed: to where a key led, or to somewhere else, which counts for more.</summary>
    private void Arrive()
    {
        var place = new Place(Id, Burst);
        if (place == _told)
            return;
        _told = place;
        _ahead.RemoveRange(0, _ahead.IndexOf(place) is >= 0 and var at ? at + 1 : _ahead.Count);
    }

    /// <summary>An action or a burst; neither: the list alone.</summary>
    private readonly record struct Place(Guid? Id, Guid? Burst)
    {
        public Guid? Key => Id ?? Burst;
    }
}
