using System.Text.Json;
using AgentApprovals.Bursts;
using AgentApprovals.Console.Actions;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentApprovals.Console.Inbox;

/// <summary>Many like actions in one card: what they look like, how many, and one no for all of them. There is no yes for all.</summary>
public sealed partial class BurstCard
{
    private const int Shown = 5;
    private static readonly string[] Presets = ["PresetRunaway", "PresetNotAsked", "PresetTooMuch"];

    private List<(ActionView Member, JsonElement? Payload)> _sample = [];
    private readonly HashSet<ActionId> _recorded = [];
    private List<string> _for = [];
    private int? _worst;
    private bool _isDenying;
    private bool _isSending;
    private string _reason = "";
    private string? _refused;
    private string? _focus;
    private long _shownAt;

    [Parameter, EditorRequired] public BurstView View { get; set; } = null!;

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    [Parameter, EditorRequired] public Catalogue Catalogue { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private BurstDenials Denials { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    private string Title => Catalogue.Find(View.Burst.Type)?.Title ?? View.Burst.Type;

    private List<ActionView> Waiting => [.. Board.Waiting.Where(v => v.Action.Burst == View.Burst.Id && v.Action.Status.IsWaiting() && Person.MaySee(v.Action, v.Session, v.Agent))];

    /// <summary>Who opened any of it, each once with the latest time.</summary>
    private List<Viewing> Views =>
        [.. Waiting.SelectMany(v => v.Action.Views ?? []).GroupBy(v => v.Person, (_, some) => some.MaxBy(v => v.At)!).OrderBy(v => v.At)];

    private bool MayDeny => DenyBurst.MayDenyAll(Person, View.Agent) || Waiting.Any(v => Deny.RoleRefusal(v.Action, v.Session, v.Agent, Person) is null);

    protected override async Task OnInitializedAsync()
    {
        _shownAt = Time.GetTimestamp();
        await SampleAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await RecordAsync();
        if (_focus is not { } selector)
            return;
        _focus = null;
        await Js.InvokeVoidAsync("agentApprovals.focus", selector);
    }

    /// <summary>The riskiest, the first and the last, and others by chance. It holds still while the burst grows, until somebody asks for others.</summary>
    private async Task SampleAsync()
    {
        var members = (await Reader.ActionsAsync(new ActionFilter(BurstSequence: View.Burst.Sequence, IsVisible: v => Person.MaySee(v.Action, v.Session, v.Agent)), null, 200)).Items
            .Concat(Waiting).DistinctBy(v => v.Action.Id).OrderBy(v => v.Action.Sequence).ToList();
        if (members.Count == 0)
            return;
        var seen = _sample.Select(s => s.Member.Action.Id).ToHashSet();
        ActionView[] telling = [members.MaxBy(v => v.Action.Risk.Score)!, members[0], members[^1]];
        var others = members.OrderBy(_ => Random.Shared.Next()).ToList();
        var chosen = telling.Concat(others).DistinctBy(v => v.Action.Id).OrderBy(v => seen.Contains(v.Action.Id)).Take(Shown);
        var sample = new List<(ActionView, JsonElement?)>();
        foreach (var member in chosen.OrderBy(v => v.Action.Sequence))
            sample.Add((member, await Reader.PayloadAsync(member.Action) is { } bytes ? Parse(bytes) : null));
        _sample = sample;
        _for = [.. members.Select(v => v.Session.OnBehalfOf).Distinct().Take(Shown)];
        _worst = members.Max(v => v.Action.Risk.Score);
    }

    /// <summary>From here on somebody has the sample before them, and nothing of the rest.</summary>
    private async Task RecordAsync()
    {
        var shown = _sample.Where(s => s.Member.Action.Status.IsWaiting() && _recorded.Add(s.Member.Action.Id)).Select(s => s.Member.Action.Id).ToList();
        await Task.WhenAll(shown.Select(id => Viewer.CommitAsync(actor => new View(actor, id))));
    }

    private void StartDenying()
    {
        if (Time.GetElapsedTime(_shownAt) < Care.ArmedAfter)
            return;
        (_isDenying, _refused, _focus) = (true, null, "#deny-reason");
    }

    private void Close() => (_isDenying, _reason) = (false, "");

    /// <summary>The burst's own row first, from which on nothing of it gets through; then the members, in batches.</summary>
    private async Task DenyAsync()
    {
        if (_isSending)
            return;
        _isSending = true;
        try
        {
            var order = await Denials.OrderAsync(new PersonActor(Person.Id), Person, View.Burst.Id, _reason.Trim());
            var denied = order.Refusal is null ? await Viewer.CommitAsync<BurstState>(actor => order.Value! with { Actor = actor }) : order.Refusal;
            _refused = denied.Refusal?.Detail;
            if (denied.Refusal is not null)
                return;
            Close();
            await Denials.FinishAsync(denied.Value!);
        }
        finally
        {
            _isSending = false;
        }
    }

    private static JsonElement Parse(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload, new() { MaxDepth = 64 });
        return document.RootElement.Clone();
    }
}
