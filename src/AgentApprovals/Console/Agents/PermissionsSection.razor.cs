using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Risk;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>What the agent may ask for at all, and its editor: the list is replaced as a whole, over the version that was read and no other.</summary>
public sealed partial class PermissionsSection
{
    private List<PermissionDraft>? _drafts;
    private IReadOnlyList<Permission> _base = [];
    private int _version;
    private Refusal? _refusal;
    private bool _isSaved;
    private bool _isSending;
    private PermissionAuditDocument? _audit;
    private AgentView? _auditOf;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private PermissionAudit Audit { get; set; } = null!;

    private bool IsStale => _drafts is not null && !_isSending && _version != View.Agent.PermissionsVersion;

    protected override async Task OnParametersSetAsync()
    {
        if (View.Risk is null || ReferenceEquals(_auditOf, View))
            return;
        _auditOf = View;
        _audit = await Audit.OfAsync(View.Agent, RiskScoring.RecordDays);
    }

    private Moment? LastUsed(Permission it) =>
        _audit?.Permissions.FirstOrDefault(p => (p.Type, p.Resource, p.MaxPerHour, p.ExpiresAt) == (it.Type, it.Resource, it.MaxPerHour, it.ExpiresAt))?.LastUsedAt;

    private static string InLines(IReadOnlyList<Permission> permissions) =>
        string.Join('\n', permissions.Select(p => $"{p.Key}{(p.MaxPerHour is { } most ? $" ≤ {most}/h" : "")}{(p.ExpiresAt is { } until ? $" → {until}" : "")}"));

    private void Edit()
    {
        _drafts = [.. View.Agent.Permissions.Select(p => new PermissionDraft(p))];
        if (_drafts.Count == 0)
            _drafts.Add(new());
        (_isSaved, _refusal) = (false, default);
        Rebase();
    }

    private void Rebase() => (_base, _version, _refusal) = (View.Agent.Permissions, View.Agent.PermissionsVersion, default);

    private void Close() => (_drafts, _refusal) = (null, null);

    private async Task SaveAsync()
    {
        if (_isSending || _drafts is null)
            return;
        _isSending = true;
        try
        {
            var read = FormBody.Read(PermissionDraft.Body(_version, _drafts), body => AgentReader.Permissions(new PersonActor(View.Person.Id), View.Agent.Id, body));
            var saved = read.Refusal is { } fault ? fault : await Viewer.CommitAsync(actor => read.Value! with { Actor = actor });
            _refusal = saved.Refusal;
            if (saved.Value is not { } agent)
                return;
            View = View with { Agent = agent };
            Close();
            _isSaved = true;
        }
        finally
        {
            _isSending = false;
        }
    }
}
