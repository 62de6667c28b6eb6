using System.Text;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Actions;

/// <summary>One action, in the order that a careful person needs: what will happen before what the agent says.</summary>
public sealed partial class ActionPane
{
    private const int MostExact = 20_000;
    private ActionDetails? _details;
    private string _exact = "";
    private string? _ownEdit;
    private string? _seenToItsEnd;

    [Parameter, EditorRequired] public ActionView View { get; set; } = null!;

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    [Parameter, EditorRequired] public Catalogue Catalogue { get; set; } = null!;

    [Inject] private ActionDetailsReader Reader { get; set; } = null!;

    [Inject] private Roster Roster { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private ActionType? Type => Catalogue.Find(View.Action.Type);

    private string Title => Type?.Title ?? View.Action.Type;

    /// <summary>Nothing of it is folded, and it is scrolled through before it can be approved.</summary>
    private bool MustBeRead => Care.NeedsReading(View.Action.Risk.Level) && View.Action.Status == ActionStatus.Pending;

    private Standing Standing => Standing.Of(Person, View, Roster);

    /// <summary>Details are of the payload that is there now; the decision bar holds on to the digest that was seen.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (_details is null || _details.AnswerSequence != View.Action.Call?.AnswerSequence || (_details.PayloadDigest != View.Action.PayloadDigest && !MayBeApproved(View.Action)))
            await LoadAsync();
    }

    /// <summary>From here on somebody has it before them. That it could not be recorded keeps nobody from reading.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && View.Action.Status.IsWaiting())
            await Viewer.CommitAsync(actor => new View(actor, View.Action.Id));
    }

    /// <summary>While it can be approved, what somebody read is not exchanged under their eyes; their own edit is what they read.</summary>
    private bool MayBeApproved(ActionState action) => action.Status == ActionStatus.Pending && action.PayloadDigest != _ownEdit;

    /// <summary>This person's own edit is no surprise to them: it is shown as soon as it arrives.</summary>
    private void NoteOwnEdit(string digest) => _ownEdit = digest;

    private async Task LoadAsync()
    {
        var details = await Reader.OfAsync(View);
        (_details, _exact) = (details, details.Canonical is null ? "" : Exact(details.Canonical));
    }

    /// <summary>What the gateway would send; null where the payload is the agent's own to execute.</summary>
    private StoredRequest? Stored(System.Text.Json.JsonElement payload) => View.Action.Call is null ? null : StoredRequest.Of(payload);

    private string Exact(byte[] canonical)
    {
        var text = Encoding.UTF8.GetString(canonical);
        return text.Length <= MostExact ? text : text[..MostExact] + T["Rest", text.Length - MostExact];
    }
}
