using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Ledger;

/// <summary>What some entries are about, as it stands now, for naming it.</summary>
/// <param name="Rows">Names of people, of what opens something and of endpoints, by kind and sequence of their rows.</param>
public sealed record EntrySubjects(
    IReadOnlyDictionary<ActionId, ActionView> Actions, IReadOnlyDictionary<AgentId, string> Agents, IReadOnlyDictionary<(string Kind, long Sequence), string> Rows)
{
    public static EntrySubjects None { get; } = new(new Dictionary<ActionId, ActionView>(), new Dictionary<AgentId, string>(), new Dictionary<(string, long), string>());
}

/// <summary>Reads what a page of entries is about, in a few sets.</summary>
public sealed class EntrySubjectReader(Reader reader, Roster roster)
{
    public async Task<EntrySubjects> OfAsync(IReadOnlyCollection<Entry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var actions = await reader.ActionsAsync([.. entries.Select(e => e.Subject.Action).OfType<ActionId>().Distinct()]);
        var agentIds = entries.Select(e => e.Subject.Agent).OfType<AgentId>().Distinct().ToList();
        var rows = entries.Select(e => e.Row).OfType<(string Kind, long Sequence)>().Distinct().ToList();
        var credentialRows = rows.Where(r => r.Kind == "credential").Select(r => r.Sequence).ToList();
        var webhookRows = rows.Where(r => r.Kind == "webhook").Select(r => r.Sequence).ToList();
        var (agents, credentials, webhooks) = await reader.LookAsync(async db => (
            await db.Agents.Where(a => agentIds.Contains(a.Id)).Select(a => new { a.Id, a.Name }).ToListAsync(),
            await db.Credentials.Where(c => credentialRows.Contains(c.Sequence)).ToListAsync(),
            await db.Webhooks.Where(w => webhookRows.Contains(w.Sequence)).Select(w => new { w.Sequence, w.Url }).ToListAsync()));
        var names = new Dictionary<(string, long), string>();
        foreach (var row in rows.Where(r => r.Kind == "person"))
            names[row] = roster.Person(row.Sequence)?.DisplayName ?? "";
        foreach (var credential in credentials)
            names[("credential", credential.Sequence)] = NameOf(credential);
        foreach (var webhook in webhooks)
            names[("webhook", webhook.Sequence)] = new Uri(webhook.Url).Authority;
        return new(actions.ToDictionary(a => a.Action.Id), agents.ToDictionary(a => a.Id, a => a.Name), names);
    }

    private string NameOf(CredentialState credential) => credential.Kind == CredentialKind.AgentKey || roster.Person(credential.HolderSequence) is not { } holder
        ? credential.Name
        : $"{credential.Name} · {holder.DisplayName}";
}
