using System.Globalization;
using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Policies;

/// <summary>Every field of one rule. What is wrong stands under the field it is wrong in, in the API's words.</summary>
public sealed partial class RuleForm
{
    private static readonly string[] Directions = ["", .. Enum.GetNames<Directed>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
    private static readonly string[] Modes = [.. Enum.GetNames<RuleMode>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    [Parameter, EditorRequired] public RuleInput Input { get; set; } = null!;

    /// <summary>Its place among the rules, by which the API names its faults.</summary>
    [Parameter, EditorRequired] public int At { get; set; }

    [Parameter] public bool IsNew { get; set; }

    [Parameter] public Refusal? Refusal { get; set; }

    [Parameter] public EventCallback OnKeep { get; set; }

    [Parameter] public EventCallback OnClose { get; set; }

    [Inject] private IJSRuntime Js { get; set; } = null!;

    [Inject] private RuleWords Words { get; set; } = null!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await Js.InvokeVoidAsync("agentApprovals.focus", "#rule-name");
    }

    private string Path(string name) => $"rules[{At}].{name}";

    /// <summary>Seconds as people say them, where that is another way.</summary>
    private string? Said(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= 120 && seconds % 60 == 0 ? $"= {Words.Span(seconds)}" : null;
}
