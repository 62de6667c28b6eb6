using AgentApprovals.Console.Circuits;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Agents;

/// <summary>A key, with the sessions that it keeps open.</summary>
public sealed record AgentKey(CredentialState Key, int Running);

/// <summary>The agent's keys that open something, each with the sessions that it keeps open.</summary>
public sealed partial class KeysSection
{
    private IReadOnlyList<AgentKey>? _keys;
    private AgentView? _readFor;
    private CredentialId? _deleting;
    private string? _refused;
    private bool _isSending;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    /// <summary>The first steps stand above, and make a key themselves.</summary>
    [Parameter] public bool HasSteps { get; set; }

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_readFor, View))
            return;
        _readFor = View;
        var agent = View.Agent.Sequence;
        _keys = await Reader.LookAsync<IReadOnlyList<AgentKey>>(async db =>
        {
            var keys = await db.Credentials.Where(c => c.HolderSequence == agent && c.Kind == CredentialKind.AgentKey && c.EndsAt == null).OrderByDescending(c => c.Sequence).ToListAsync();
            var open = await Data.Queries.Reader.ViewAsync(db, await db.Sessions.Where(s => s.AgentSequence == agent && s.Status == SessionStatus.Active).ToListAsync(), Reader.Now);
            var running = open.Where(v => v.Session.Status == SessionStatus.Active).CountBy(v => v.Session.KeySequence).ToDictionary();
            return [.. keys.Select(k => new AgentKey(k, running.GetValueOrDefault(k.Sequence)))];
        });
    }

    private void Ask(CredentialId key) => (_deleting, _refused) = (_deleting == key ? null : key, null);

    private async Task DeleteAsync()
    {
        if (_isSending || _deleting is not { } key)
            return;
        _isSending = true;
        try
        {
            _refused = (await Viewer.CommitAsync(actor => new DeleteAgentKey(actor, View.Agent.Id, key))).Refusal?.Detail;
            if (_refused is not null)
                return;
            _keys = [.. _keys!.Where(k => k.Key.Id != key)];
            _deleting = null;
        }
        finally
        {
            _isSending = false;
        }
    }
}
