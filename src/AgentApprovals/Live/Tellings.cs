using AgentApprovals.Actions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;

namespace AgentApprovals.Live;

/// <summary>Entries as people are told of them over the hub.</summary>
public sealed class Tellings
{
    private readonly Latest<ChangedDocument> _told;

    public Tellings(Reader reader, ActionDocuments documents) => _told = new(entry => MakeAsync(reader, documents, entry));

    public Task<ChangedDocument> OfAsync(Entry entry) => _told.OfAsync(entry);

    private static async Task<ChangedDocument> MakeAsync(Reader reader, ActionDocuments documents, Entry entry)
    {
        var action = entry.Subject.Action is { } id && await reader.ActionAsync(id) is { } view ? await documents.OfAsync(view, forAgent: false) : null;
        return new(entry.Sequence, entry.At, entry.Kind, entry.Subject.Action, entry.Subject.Session, entry.Subject.Agent,
            action is null ? null : action with { Payload = null });
    }
}
