using AgentApprovals.Client;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Webhooks;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Webhooks;

/// <summary>What can be done with an endpoint: try it out, give it another secret, delete it.</summary>
public sealed partial class WebhookDeeds
{
    private DeliveryRow? _tested;
    private string? _asked;
    private string? _secret;
    private Refusal? _refusal;
    private bool _isSending;
    private bool _isTesting;

    [Parameter, EditorRequired] public WebhookState Webhook { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private WebhookActs Acts { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private void Ask(string what) => (_asked, _refusal) = (_asked == what ? null : what, null);

    private async Task TestAsync()
    {
        if (_isSending)
            return;
        (_isSending, _isTesting, _tested) = (true, true, null);
        try
        {
            var asked = await Viewer.CommitAsync(actor => new TestWebhook(actor, Webhook.Id));
            _refusal = asked.Refusal;
            if (asked.Refusal is null)
                _tested = await Acts.SendTestAsync(Webhook, asked.Value);
        }
        finally
        {
            (_isSending, _isTesting) = (false, false);
        }
    }

    private async Task DoAsync()
    {
        if (_isSending)
            return;
        _isSending = true;
        try
        {
            if (_asked == "Rotate")
                await RotateAsync();
            else
                await DeleteAsync();
        }
        finally
        {
            _isSending = false;
        }
    }

    private async Task RotateAsync()
    {
        var secret = WebhookSignature.NewSecret();
        _refusal = (await Viewer.CommitAsync(actor => Acts.Rotate(actor, Webhook.Id, secret))).Refusal;
        if (_refusal is null)
            (_secret, _asked) = (secret, null);
    }

    private async Task DeleteAsync()
    {
        _refusal = (await Viewer.CommitAsync(actor => new DeleteWebhook(actor, Webhook.Id))).Refusal;
        if (_refusal is null)
            Navigation.NavigateTo("/webhooks");
    }
}
