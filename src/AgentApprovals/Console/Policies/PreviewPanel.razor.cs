using System.Globalization;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Policies;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Policies;

/// <summary>Before rules are saved: what they would have done to what agents asked for in the last days.</summary>
public sealed partial class PreviewPanel
{
    private const int Days = 30;

    private PolicyPreviewDocument? _preview;
    private List<Rule> _of = [];

    [Parameter, EditorRequired] public IReadOnlyList<Rule> Rules { get; set; } = [];

    [Inject] private PolicyPreviews Previews { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (_preview is not null && _of.SequenceEqual(Rules, ReferenceEqualityComparer.Instance))
            return;
        (_preview, _of) = (null, [.. Rules]);
        var of = _of;
        var preview = await Previews.OfAsync(of, Days);
        if (ReferenceEquals(of, _of))
            _preview = preview;
    }

    /// <summary>What matters of a change is first whether a person would have looked, then what had come of it.</summary>
    private string Said(PreviewMove move) => move switch
    {
        { To: RuleMode.Deny } => T["Denied", Number(move.Count), Number(move.Released)],
        { From: RuleMode.Deny, To: RuleMode.Review } => T["HeldDenied", Number(move.Count)],
        { To: RuleMode.Review } => T["Held", Number(move.Count), Number(move.Released)],
        { From: RuleMode.Review } => T[move.To == RuleMode.Veto ? "LetPassVeto" : "LetPass", Number(move.Count)],
        { From: RuleMode.Deny } => T["LetPassDenied", Number(move.Count)],
        { To: RuleMode.Veto } => T["Told", Number(move.Count)],
        _ => T["Untold", Number(move.Count)],
    };

    private static List<string> Unused(PolicyPreviewDocument preview) => [.. preview.Rules.Where(r => r.Count == 0).Select(r => r.Name)];

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
