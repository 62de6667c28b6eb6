using System.Text.Json.Nodes;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>Makes a key for an agent and shows it once; it is kept nowhere but in this page, until one leaves it.</summary>
public sealed partial class NewKey
{
    private string _name = "";
    private string? _key;
    private Refusal? _refusal;
    private bool _isSending;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    /// <summary>The name that stands in the field.</summary>
    [Parameter] public string Suggested { get; set; } = "";

    /// <summary>Hears of a key that was made.</summary>
    [Parameter] public EventCallback<string> OnMade { get; set; }

    /// <summary>What to show under the key; a call that opens a session where nothing is given.</summary>
    [Parameter] public RenderFragment<string>? ChildContent { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() => _name = Suggested;

    private async Task MakeAsync()
    {
        if (_isSending)
            return;
        _isSending = true;
        try
        {
            var key = Token.New(Token.AgentKey);
            var name = FormBody.Read(new JsonObject { ["name"] = _name.Trim() }, AgentReader.KeyName);
            var made = name.Refusal is { } fault ? fault : await Viewer.CommitAsync(actor => new MakeAgentKey(actor, View.Agent.Id, name.Value!, SecretHash.Of(key)));
            _refusal = made.Refusal;
            if (made.Refusal is not null)
                return;
            _key = key;
            await OnMade.InvokeAsync(key);
        }
        finally
        {
            _isSending = false;
        }
    }
}
