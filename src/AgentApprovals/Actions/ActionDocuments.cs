using System.Text;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Actions;

/// <summary>Fetches what stands beside the ledger (payload, reason) and makes documents of actions.</summary>
public sealed class ActionDocuments(Reader reader)
{
    public async Task<ActionDocument> OfAsync(ActionView view, bool forAgent) => (await OfAsync([view], forAgent)).Single();

    public Task<ActionDocument> OfAsync(ActionReply reply, bool forAgent)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return OfAsync(new ActionView(reply.Action, reply.Session, reply.Agent), forAgent);
    }

    public async Task<IReadOnlyList<ActionDocument>> OfAsync(IReadOnlyList<ActionView> views, bool forAgent)
    {
        var sequences = views.SelectMany(v => new[] { v.Action.Sequence, v.Action.PayloadSequence }).Where(s => s > 0).Distinct().ToList();
        var contents = await reader.LookAsync(db => db.Contents
            .Where(c => sequences.Contains(c.Sequence) && (c.Part == ContentPart.Payload || c.Part == ContentPart.Reason))
            .ToDictionaryAsync(c => (c.Sequence, c.Part), c => c.Bytes));
        return [.. views.Select(view =>
        {
            var payload = contents.GetValueOrDefault((view.Action.PayloadSequence == 0 ? view.Action.Sequence : view.Action.PayloadSequence, ContentPart.Payload));
            var reason = contents.GetValueOrDefault((view.Action.Sequence, ContentPart.Reason));
            return ActionDocument.Of(view, payload, reason is null ? null : Encoding.UTF8.GetString(reason), forAgent);
        })];
    }
}
