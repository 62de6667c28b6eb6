using System.Text;
using System.Text.Json;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Gateway;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.Actions;

/// <summary>What a careful person reads of one action besides its row. All of one moment: the payload is the one whose digest an approval will name.</summary>
/// <param name="Canonical">The exact bytes that would run (RFC 8785); null after a purge.</param>
/// <param name="Submitted">As the agent submitted it, where an approver edited it since.</param>
/// <param name="Like">The agent's latest actions of this type, newest first, this one left out.</param>
/// <param name="Days">The agent's record of the last 30 days.</param>
/// <param name="AnswerSequence">Where the target's answer stands; null: the gateway kept none.</param>
/// <param name="Answer">What the target answered; null: nothing, or it is not kept as it was.</param>
public sealed record ActionDetails(
    string PayloadDigest, byte[]? Canonical, byte[]? Submitted, string? Reason, IReadOnlyList<ActionView> Like, IReadOnlyList<AgentDay> Days, long? AnswerSequence, KeptAnswer? Answer)
{
    private const int MostDepth = 64;

    public JsonElement? Payload { get; } = Canonical is null ? null : Parse(Canonical);

    public int Asked(string what) => Days.Sum(d => d[what]);

    /// <summary>JSON as people read and edit it: indented, with no character escaped that need not be.</summary>
    public static string Pretty(byte[] canonical) => JsonSerializer.Serialize(Parse(canonical), Indented);

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        MaxDepth = MostDepth,
        // Shown as text and encoded by the page: nothing here becomes markup.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonElement Parse(byte[] canonical)
    {
        using var document = JsonDocument.Parse(canonical, new() { MaxDepth = MostDepth });
        return document.RootElement.Clone();
    }
}

/// <summary>Reads an action's details; payloads are fetched for the one that is looked at, never for a list.</summary>
public sealed class ActionDetailsReader(Reader reader, GatewayCalls calls)
{
    private const int LikeThis = 10;

    public async Task<ActionDetails> OfAsync(ActionView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var (action, _, agent) = view;
        long[] sequences = [action.Sequence, action.PayloadSequence];
        var firstDay = reader.Now.Day - RiskScoring.RecordDays + 1;
        var (contents, days) = await reader.LookAsync(async db => (
            await db.Contents.Where(c => sequences.Contains(c.Sequence) && (c.Part == ContentPart.Payload || c.Part == ContentPart.Reason)).ToDictionaryAsync(c => (c.Sequence, c.Part), c => c.Bytes),
            await db.AgentDays.Where(d => d.AgentSequence == agent.Sequence && d.Day >= firstDay).ToListAsync()));
        var like = await reader.ActionsAsync(new ActionFilter(Type: action.Type, AgentSequence: agent.Sequence), null, LikeThis + 1);
        var submitted = contents.GetValueOrDefault((action.Sequence, ContentPart.Payload));
        var payload = action.PayloadSequence == 0 ? submitted : contents.GetValueOrDefault((action.PayloadSequence, ContentPart.Payload));
        var reason = action.ReasonDigest is null ? null : contents.GetValueOrDefault((action.Sequence, ContentPart.Reason));
        return new(action.PayloadDigest, payload, action.Edited ? submitted : null, reason is null ? null : Encoding.UTF8.GetString(reason),
            [.. like.Items.Where(v => v.Action.Id != action.Id).Take(LikeThis)], days.ConvertAll(d => new AgentDay(d.AgentSequence, d.Day, d.Counts)),
            action.Call?.AnswerSequence, await calls.AnswerOfAsync(action));
    }
}
