using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Gateway;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Gateway;

/// <summary>All of a connector, with its rules, and a request to hold against them before they are saved. Read by the API's own reader.</summary>
public sealed partial class ConnectorForm
{
    private readonly List<RuleInput> _rules = [];
    private string _name = "";
    private string _address = "";
    private ConnectorKind _kind;
    private CredentialPlacement _placement;
    private string _credentialName = "";
    private string _value = "";
    private string _hold = "0";
    private string _request = "";
    private string _said = "";
    private int? _match;
    private Refusal? _refusal;
    private bool _isSending;
    private bool _isSaved;

    /// <summary>Null: a new one.</summary>
    [Parameter] public ConnectorState? Connector { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private ConnectorActs Acts { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized()
    {
        if (Connector is not { } it)
        {
            _rules.Add(new() { Methods = "GET", Path = "/**", Passes = true });
            return;
        }

        (_name, _address, _kind, _placement, _credentialName) = (it.Name, it.BaseAddress, it.Kind, it.Placement, it.CredentialName ?? "");
        _hold = it.HoldSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _rules.AddRange(it.Rules.Select(r => new RuleInput { Methods = string.Join(", ", r.Methods), Path = r.Path, Passes = r.Pass, ActionType = r.ActionType ?? "", Resource = r.Resource ?? "" }));
    }

    private async Task SaveAsync()
    {
        if (_isSending)
            return;
        (_isSending, _isSaved) = (true, false);
        try
        {
            var read = FormBody.Read(Filled(), ConnectorReader.Read);
            _refusal = read.Refusal ?? await Acts.RefusalAsync(read.Value!, CancellationToken.None);
            if (_refusal is not null)
                return;
            var saved = await Viewer.CommitAsync<ConnectorState>(actor => Connector is { } it ? Acts.Replace(actor, it.Id, read.Value!) : Acts.Create(actor, read.Value!));
            (_refusal, _value) = (saved.Refusal, saved.Refusal is null ? "" : _value);
            if (saved.Refusal is not null)
                return;
            if (Connector is null)
                Navigation.NavigateTo($"/connectors/{saved.Value!.Id}");
            (Connector, _isSaved) = (saved.Value, true);
        }
        finally
        {
            _isSending = false;
        }
    }

    /// <summary>Holds the request against the rules as they stand in the form, as the gateway would.</summary>
    private void Rehearse()
    {
        var words = _request.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var target = words.ElementAtOrDefault(1) ?? "";
        var path = GatewayPath.Read(target.Split('?')[0], out var fault);
        var read = FormBody.Read(Filled(), ConnectorReader.Read);
        _match = null;
        if (words.Length < 2 || path is null)
        {
            _said = T["Bad", fault ?? T["RequestHelp"].Value];
            return;
        }

        if (read.Refusal is { } refusal)
        {
            (_refusal, _said) = (refusal, T["Faulty"]);
            return;
        }

        _refusal = null;
        for (var i = 0; i < read.Value!.Rules.Count && _match is null; i++)
        {
            if (read.Value.Rules[i].Match(words[0], path) is not { } found)
                continue;
            var rule = read.Value.Rules[i];
            (_match, _said) = (i, rule.Pass ? T["MatchPasses", i + 1] : T["MatchAsks", i + 1, rule.ActionType!, rule.ResourceFor(found), $"{words[0]} {path.Decoded}"]);
        }

        if (_match is null)
            _said = T["NoRule"];
    }

    private void Up(int at) => (_rules[at - 1], _rules[at]) = (_rules[at], _rules[at - 1]);

    private JsonObject Filled() => new()
    {
        ["name"] = _name.Trim(),
        ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(_kind.ToString()),
        ["baseAddress"] = _address.Trim(),
        ["credential"] = new JsonObject
        {
            ["placement"] = JsonNamingPolicy.CamelCase.ConvertName(_placement.ToString()),
            ["name"] = _credentialName.Trim().Length == 0 ? null : _credentialName.Trim(),
            ["value"] = _placement == CredentialPlacement.None || _value.Length == 0 ? null : _value,
        },
        ["holdSeconds"] = FormBody.Number(_hold),
        ["rules"] = new JsonArray([.. _rules.Select(r => r.ToJson())]),
        ["version"] = Connector?.Version,
    };

    private sealed class RuleInput
    {
        public string Methods { get; set; } = "";

        public string Path { get; set; } = "";

        public bool Passes { get; set; }

        public string ActionType { get; set; } = "";

        public string Resource { get; set; } = "";

        public JsonObject ToJson() => new()
        {
            ["methods"] = FormBody.List(Methods),
            ["path"] = Path.Trim(),
            ["pass"] = Passes,
            ["actionType"] = Passes || ActionType.Trim().Length == 0 ? null : ActionType.Trim(),
            ["resource"] = Passes || Resource.Trim().Length == 0 ? null : Resource.Trim(),
        };
    }
}
