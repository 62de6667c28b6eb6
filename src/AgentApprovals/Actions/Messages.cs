using System.Text;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Actions;

internal static class Speakers
{
    extension(SpeakerDocument)
    {
        public static SpeakerDocument Of(ActorStamp by, bool forAgent) => new(by.Kind, by.Name, forAgent && by.Kind == "person" ? null : by.Id);
    }
}

/// <summary>What was said about an action, in the order in which it was said.</summary>
public sealed class Messages(Reader reader)
{
    public Task<Page<MessageDocument>> OfAsync(ActionState action, long after, int limit, bool forAgent) => reader.LookAsync(async db =>
    {
        ArgumentNullException.ThrowIfNull(action);
        var said = await db.Entries.Where(e => e.ActionSequence == action.Sequence && e.Kind == Kinds.ActionMessage && e.Sequence > after)
            .OrderBy(e => e.Sequence).Take(limit + 1).ToListAsync();
        var sequences = said.ConvertAll(e => e.Sequence);
        var texts = await db.Contents.Where(c => c.Part == ContentPart.Message && sequences.Contains(c.Sequence)).ToDictionaryAsync(c => c.Sequence, c => c.Bytes);
        var messages = said.Take(limit).Select(Entry.Read).Select(e => Document(e, action, texts.GetValueOrDefault(e.Sequence), forAgent)).ToList();
        return new Page<MessageDocument>(messages, said.Count > limit ? said[limit - 1].Sequence : null);
    });

    private static MessageDocument Document(Entry entry, ActionState action, byte[]? text, bool forAgent) => new(
        entry.Data.GetProperty("messageId").GetGuid(), action.Id.Value, SpeakerDocument.Of(entry.Actor, forAgent), entry.At.ToDateTimeOffset(),
        text is null ? null : Encoding.UTF8.GetString(text), text is null);
}
