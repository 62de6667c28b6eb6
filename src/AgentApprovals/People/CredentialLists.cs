using System.Globalization;
using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.People;

/// <summary>Lists of what opens something: an agent's keys, a person's tokens; the valid ones, oldest first, never their secrets.</summary>
internal static class CredentialLists
{
    public static async Task<IResult> ShowAsync<T>(Api api, CredentialKind kind, long holder, Func<CredentialState, T> show)
    {
        var paging = Query.Paging(api.Context.Request);
        if (paging.Refusal is { } refusal)
            return api.Refuse(refusal);
        var (limit, cursor) = paging.Value;
        var found = await ReadAsync(api.Reader, kind, holder, cursor ?? 0, limit + 1);
        return Api.Ok(new ListDocument<T>([.. found.Take(limit).Select(show)], found.Count > limit ? found[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
    }

    public static Task<List<CredentialState>> ReadAsync(Reader reader, CredentialKind kind, long holder, long after, int most) => reader.LookAsync(db => db.Credentials
        .Where(c => c.HolderSequence == holder && c.Kind == kind && c.EndsAt == null && c.Sequence > after)
        .OrderBy(c => c.Sequence).Take(most).ToListAsync());

    /// <summary>Who made it, by the name they had then; null where the console's own set-up did.</summary>
    public static PersonRef? MadeBy(Api api, CredentialState credential) => credential.MadeBy is { } by
        ? PersonRef.Of(api.Roster.Person(by)?.Id, credential.MadeByName!)
        : null;
}
