using System.Collections.Concurrent;
using AgentApprovals.Actions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;

namespace AgentApprovals.Live;

/// <summary>Entries as people are told of them, each made once however many follow, the latest kept.</summary>
public sealed class Tellings(Reader reader, ActionDocuments documents)
{
    private const int Kept = 1024;
    private readonly ConcurrentDictionary<long, Lazy<Task<ChangedDocument>>> _told = new();

    public async Task<ChangedDocument> OfAsync(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var telling = _told.GetOrAdd(entry.Sequence, _ => new(() => MakeAsync(entry)));
        _told.TryRemove(entry.Sequence - Kept, out _);
        try
        {
            return await telling.Value;
        }
        catch
        {
            _told.TryRemove(entry.Sequence, out _);
            throw;
        }
    }

    private async Task<ChangedDocument> MakeAsync(Entry entry)
    {
        var action = entry.Subject.Action is { } id && await reader.ActionAsync(id) is { } view ? await documents.OfAsync(view, forAgent: false) : null;
        return new(entry.Sequence, entry.At, entry.Kind, entry.Subject.Action, entry.Subject.Session, entry.Subject.Agent,
            action is null ? null : action with { Payload = null });
    }
}
