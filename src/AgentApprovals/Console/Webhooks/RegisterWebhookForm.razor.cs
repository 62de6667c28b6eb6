using System.Text.Json.Nodes;
using AgentApprovals.Client;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Webhooks;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Webhooks;

/// <summary>Has an address told of events. Its secret is shown once, and kept nowhere but in this page until one leaves it.</summary>
public sealed partial class RegisterWebhookForm
{
    private static readonly ILookup<string, string> Groups = WebhookEvents.All.Where(e => e != Kinds.WebhookTest).ToLookup(e => e.Split('.')[0]);

    private readonly HashSet<string> _events = [];
    private string _url = "";
    private string _agent = "";
    private string _cutOff = "";
    private bool _isCutOff;
    private string _secret = "";
    private WebhookState? _made;
    private Refusal? _refusal;
    private bool _isSending;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private WebhookActs Acts { get; set; } = null!;

    [Inject] private AddressGuard Guard { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    private async Task RegisterAsync()
    {
        if (_isSending)
            return;
        _isSending = true;
        try
        {
            var body = await FilledAsync();
            var read = FormBody.Read(body, fields => WebhookReader.Register(fields, Guard));
            _refusal = read.Refusal ?? await Acts.RefusalAsync(read.Value!, CancellationToken.None);
            if (_refusal is not null)
                return;
            var secret = WebhookSignature.NewSecret();
            var made = await Viewer.CommitAsync(actor => Acts.Register(actor, read.Value!, secret));
            (_refusal, _made, _secret) = (made.Refusal, made.Value, secret);
        }
        finally
        {
            _isSending = false;
        }
    }

    /// <summary>People know agents by their names; a name that is none is refused under the field.</summary>
    private async Task<JsonObject> FilledAsync()
    {
        var name = _agent.Trim();
        var id = name.Length == 0 ? null : await Reader.LookAsync(db => db.Agents.Where(a => a.Name == name).Select(a => a.Id.ToString()).SingleOrDefaultAsync());
        return new()
        {
            ["url"] = _url.Trim(),
            ["events"] = new JsonArray([.. WebhookEvents.All.Where(_events.Contains).Select(e => JsonValue.Create(e))]),
            ["agentId"] = name.Length == 0 ? null : id ?? name,
            // Without a name it is no layer: the empty one is refused under its field.
            ["cutOff"] = _isCutOff ? _cutOff.Trim() : null,
        };
    }

    private void Toggle(IGrouping<string, string> group)
    {
        if (group.All(_events.Contains))
            _events.ExceptWith(group);
        else
            _events.UnionWith(group);
    }

    private void Choose(string name, bool isChosen) => _ = isChosen ? _events.Add(name) : _events.Remove(name);
}
