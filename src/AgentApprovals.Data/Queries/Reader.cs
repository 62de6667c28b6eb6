using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Queries;

/// <summary>
/// Reads rows as they stand now: what the clock, a session's end or a stop has settled holds, whether or not it was written
/// down. Every list, filter and count goes through here.
/// </summary>
public sealed class Reader(IDbContextFactory<LedgerContext> contexts, LedgerClock clock, Contact? contact = null)
{
    public Moment Now => clock.Now;

    /// <summary>One consistent look at the database.</summary>
    /// <exception cref="LedgerUnavailableException">The database was lost meanwhile.</exception>
    public Task<T> LookAsync<T>(Func<LedgerContext, Task<T>> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        var looking = LookNowAsync(look);
        return contact is null ? looking : contact.GuardAsync(looking, "The database can't be reached; nothing was done.");
    }

    private async Task<T> LookNowAsync<T>(Func<LedgerContext, Task<T>> look)
    {
        await using var db = await contexts.CreateDbContextAsync();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        await using var transaction = await db.BeginLookAsync();
        return await look(db);
    }

    public Task<ActionView?> ActionAsync(ActionId id) => LookAsync(async db =>
    {
        var action = await db.Actions.SingleOrDefaultAsync(a => a.Id == id);
        return action is null ? null : (await ViewAsync(db, [action], clock.Now)).Single();
    });

    /// <summary>Several actions at once; those that are not there are left out.</summary>
    public Task<IReadOnlyList<ActionView>> ActionsAsync(IReadOnlyCollection<ActionId> ids) => LookAsync(async db =>
        await ViewAsync(db, await db.Actions.Where(a => ids.Contains(a.Id)).ToListAsync(), clock.Now));

    public Task<SessionView?> SessionAsync(SessionId id) => LookAsync(async db =>
    {
        var session = await db.Sessions.SingleOrDefaultAsync(s => s.Id == id);
        return session is null ? null : (await ViewAsync(db, [session], clock.Now)).Single();
    });

    /// <summary>Actions as they stand, newest first, from before a sequence on.</summary>
    public Task<Page<ActionView>> ActionsAsync(ActionFilter filter, long? before, int limit) => LookAsync(async db =>
    {
        ArgumentNullException.ThrowIfNull(filter);
        var found = new List<ActionView>(limit + 1);
        var from = before ?? long.MaxValue;
        var now = clock.Now;
        var narrowed = await filter.OfAsync(db);
        // What is written down may be older than what holds, so rows are taken by what they could have become, and judged here.
        while (found.Count <= limit)
        {
            var at = from;
            // Their keys first: an index tells those, where it would take a million rows to find fifty that are wanted.
            var keys = await narrowed.Where(a => a.Sequence < at).OrderByDescending(a => a.Sequence).Select(a => a.Sequence).Take(limit + 1).ToListAsync();
            var rows = await db.Actions.Where(a => keys.Contains(a.Sequence)).OrderByDescending(a => a.Sequence).ToListAsync();
            var views = await ViewAsync(db, rows, now);
            found.AddRange(views.Where(v => (filter.Standing?.Contains(v.Action.Status) ?? true) && (filter.IsVisible?.Invoke(v) ?? true)));
            if (rows.Count <= limit)
                break;
            from = rows[^1].Sequence;
        }

        return new Page<ActionView>([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Action.Sequence : null);
    });

    /// <summary>Sessions as they stand, newest first, from before a sequence on.</summary>
    public Task<Page<SessionView>> SessionsAsync(SessionFilter filter, long? before, int limit) => LookAsync(async db =>
    {
        ArgumentNullException.ThrowIfNull(filter);
        var found = new List<SessionView>(limit + 1);
        var from = before ?? long.MaxValue;
        var now = clock.Now;
        while (found.Count <= limit)
        {
            var at = from;
            var rows = await Narrow(db, filter).Where(s => s.Sequence < at).OrderByDescending(s => s.Sequence).Take(limit + 1).ToListAsync();
            found.AddRange((await ViewAsync(db, rows, now)).Where(v => (filter.States?.Contains(v.Session.Status) ?? true) && (filter.IsVisible?.Invoke(v) ?? true)));
            if (rows.Count <= limit)
                break;
            from = rows[^1].Sequence;
        }

        return new Page<SessionView>([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Session.Sequence : null);
    });

    /// <summary>As above, by what is wanted of each.</summary>
    public Task<Page<SessionView>> SessionsAsync(Func<SessionView, bool> wanted, AgentId? agent, long? before, int limit) =>
        SessionsAsync(new SessionFilter(Agent: agent, IsVisible: wanted), before, limit);

    /// <summary>Several sessions at once, by sequence; those that are not there are left out.</summary>
    public Task<IReadOnlyList<SessionView>> SessionsAsync(IReadOnlyCollection<long> sequences) => LookAsync(async db =>
        await ViewAsync(db, await db.Sessions.Where(s => sequences.Contains(s.Sequence)).ToListAsync(), clock.Now));

    /// <summary>All that waits: pending, approved or released, in sessions that are active.</summary>
    public Task<IReadOnlyList<ActionView>> WaitingAsync(int most = 50_000) => LookAsync(async db =>
    {
        var rows = await db.Actions.Where(a => a.Status <= ActionStatus.Released).OrderBy(a => a.Sequence).Take(most).ToListAsync();
        var views = await ViewAsync(db, rows, clock.Now);
        return (IReadOnlyList<ActionView>)[.. views.Where(v => v.Action.Status.IsWaiting())];
    });

    public Task<byte[]?> ContentAsync(long sequence, ContentPart part) => LookAsync(async db =>
        (await db.Contents.SingleOrDefaultAsync(c => c.Sequence == sequence && c.Part == part))?.Bytes);

    /// <summary>What would run: the payload as submitted, or as edited.</summary>
    public Task<byte[]?> PayloadAsync(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return ContentAsync(action.PayloadSequence == 0 ? action.Sequence : action.PayloadSequence, ContentPart.Payload);
    }

    public static async Task<IReadOnlyList<ActionView>> ViewAsync(LedgerContext db, IReadOnlyList<ActionState> actions, Moment now)
    {
        var sequences = actions.Select(a => a.SessionSequence).Distinct().ToList();
        var sessions = (await ViewAsync(db, await db.Sessions.Where(s => sequences.Contains(s.Sequence)).ToListAsync(), now)).ToDictionary(v => v.Session.Sequence);
        return [.. actions.Select(a =>
        {
            var (session, agent) = sessions[a.SessionSequence];
            return new ActionView(a.At(new(session.Status, session.EndedAt, session.StoppedBy), now), session, agent);
        })];
    }

    public static async Task<IReadOnlyList<SessionView>> ViewAsync(LedgerContext db, IReadOnlyList<SessionState> sessions, Moment now)
    {
        var sequences = sessions.Select(s => s.AgentSequence).Distinct().ToList();
        var agents = await db.Agents.Where(a => sequences.Contains(a.Sequence)).ToDictionaryAsync(a => a.Sequence);
        var stops = await db.Stops.Where(s => !s.Settled).ToListAsync();
        return [.. sessions.Select(s => new SessionView(s.At(stops, now), agents[s.AgentSequence]))];
    }

    private static IQueryable<SessionState> Narrow(LedgerContext db, SessionFilter filter)
    {
        var sessions = db.Sessions.AsQueryable();
        if (filter.States is { } states)
        {
            var written = Enum.GetValues<SessionStatus>().Where(s => s == SessionStatus.Active || states.Contains(s)).ToList();
            sessions = sessions.Where(s => written.Contains(s.Status));
        }

        if (filter.Agent is { } agent)
            sessions = sessions.Where(s => db.Agents.Any(a => a.Id == agent && a.Sequence == s.AgentSequence));
        if (Containing(filter.Text) is { } pattern)
        {
            // In any case of ASCII's letters, which is what SQLite's LIKE and each engine's lower() agree on; names of agents have no other.
#pragma warning disable CA1304, CA1311, CA1862 // Done in the database.
            sessions = sessions.Where(s => EF.Functions.Like(s.OnBehalfOf.ToLower(), pattern, "\\") || EF.Functions.Like(s.Purpose!.ToLower(), pattern, "\\")
                || db.Agents.Any(a => a.Sequence == s.AgentSequence && EF.Functions.Like(a.Name, pattern, "\\")));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return sessions;
    }

    /// <summary>The pattern of LIKE for a text in small letters that contains <paramref name="text"/>, with <c>\</c> as escape; null for no text.</summary>
    private static string? Containing(string? text) => string.IsNullOrEmpty(text)
        ? null
        : $"%{string.Concat(text.Select(c => c is '\\' or '%' or '_' or '[' ? $"\\{c}" : $"{(char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c)}"))}%";
}
