using System.Text.Json.Nodes;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>Gives a program an identity of its own; what is wrong is said beside the field, as the API says it.</summary>
public sealed partial class RegisterAgentForm
{
    private string _name = "";
    private string _displayName = "";
    private string _owner = "";
    private string _actsFor = "";
    private string _labels = "";
    private Refusal? _refusal;
    private bool _isSending;

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() => _owner = Person.Email;

    private async Task RegisterAsync()
    {
        if (_isSending)
            return;
        _isSending = true;
        try
        {
            var read = FormBody.Read(Filled(), body => AgentReader.Register(new PersonActor(Person.Id), body));
            var result = read.Refusal is { } fault ? fault : await Viewer.CommitAsync(actor => read.Value! with { Actor = actor });
            _refusal = result.Refusal;
            if (result.Value is { } agent)
                Navigation.NavigateTo($"/agents/{agent.Id}");
        }
        finally
        {
            _isSending = false;
        }
    }

    private JsonObject Filled() => new()
    {
        ["name"] = _name.Trim(),
        ["displayName"] = string.IsNullOrWhiteSpace(_displayName) ? null : _displayName.Trim(),
        ["owner"] = _owner.Trim(),
        ["actsFor"] = FormBody.List(_actsFor),
        ["labels"] = FormBody.List(_labels),
    };
}
