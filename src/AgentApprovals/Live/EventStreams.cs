using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Security;

namespace AgentApprovals.Live;

/// <summary>
/// Event streams: of a session, its own events; of a person, what they may see, by the same rule as the hub. A stop ends a session's
/// stream with <c>session.stopped</c>, whether or not the client reads.
/// </summary>
public sealed partial class EventStreams(Feed feed, Reader reader, Data.Ledger.Ledger ledger, Roster roster, Connections connections, Contact contact, Audience audience, Sighting sighting,
    EventDocuments documents, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventStreams> log)
{
    private const int MostOfSession = 10;
    private const int MostOfPerson = 50;

    /// <summary>How long a cut stream may take to tell its end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(250);

    /// <summary>How long one may take to tell what there is when the host shuts down; who does not read holds up nobody's restart.</summary>
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(2);

    private readonly Latest<EventDocument> _forPeople = new(entry => documents.OfAsync(entry, forAgent: false));

    /// <summary>A session's own stream; null once it has ended.</summary>
    /// <param name="after">Sequence of the last event that the client has; null: from now.</param>
    public async Task<Refusal?> FollowAsync(HttpContext context, SessionId id, long? after)
    {
        ArgumentNullException.ThrowIfNull(context);
        var from = await feed.ResumeAsync(after, context.RequestAborted);
        if (await reader.SessionAsync(id) is not { } view)
            return Refusals.Unauthenticated;
        using var connection = connections.Open(view.Session, ConnectionKind.EventStream);
        if (connections.CountOf(view.Session, ConnectionKind.EventStream) > MostOfSession)
            return TooMany(MostOfSession);
        // Looked at after it was there to be cut: no stop is missed between.
        if (SessionGate.Judge(Now(view).Session.Status) is { } refused)
            return refused;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var cut = connection.Cut.Register(() => end.CancelAfter(Farewell));
        await using var leaving = lifetime.ApplicationStopping.Register(() => end.CancelAfter(Leaving));
        var wire = new EventWire(context);
        var isTold = false;
        try
        {
            await wire.OpenAsync(end.Token);
            var stream = new EventStream(wire, time, lifetime.ApplicationStopping)
            {
                Due = () => Now(view).Session.ExpiresAt - reader.Now,
                WhenDue = async () => view = await ExpireAsync(view),
            };
            await stream.RunAsync(feed.FollowAsync(from, view.Session), async entry =>
            {
                if (contact.IsLost)
                    connection.CutNow(CutBy.Outage);
                end.Token.ThrowIfCancellationRequested();
                var heard = await TellAsync(wire, view, entry, end.Token);
                isTold = heard == Heard.Last;
                return heard;
            }, end.Token);
        }
        catch (Exception e)
        {
            Broke(context, e, connection.Cut);
        }

        if (connection.CutBy == CutBy.Outage)
            context.Abort();
        else if (connection.Cut.IsCancellationRequested && !isTold)
            await SayFarewellAsync(context, wire, view);
        return null;
    }

    /// <summary>A person's stream; null once it has ended.</summary>
    public async Task<Refusal?> FollowAsync(HttpContext context, PersonActor who, long? after)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(who);
        var from = await feed.ResumeAsync(after, context.RequestAborted);
        using var seat = await audience.EnterAsync(who, context.Abort);
        if (audience.CountOf(who) > MostOfPerson)
            return TooMany(MostOfPerson);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var leaving = lifetime.ApplicationStopping.Register(() => end.CancelAfter(Leaving));
        try
        {
            var wire = new EventWire(context);
            await wire.OpenAsync(end.Token);
            var person = await sighting.AsOfAsync(who.Person, from);
            await new EventStream(wire, time, lifetime.ApplicationStopping).RunAsync(feed.FollowAsync(from, default), async entry =>
            {
                person = Sighting.After(person, entry);
                if (await sighting.MaySeeAsync(person, entry))
                    await wire.TellAsync(entry.Sequence, await _forPeople.OfAsync(entry), end.Token);
                return Heard.More;
            }, end.Token);
        }
        catch (Exception e)
        {
            Broke(context, e, default);
        }

        return null;
    }

    /// <summary>What the session's own client is told of an entry.</summary>
    private async Task<Heard> TellAsync(EventWire wire, SessionView view, Entry entry, CancellationToken cancel)
    {
        var isOwn = entry.Subject.Session == view.Session.Id;
        if (isOwn && EventDocuments.Told.Contains(entry.Kind))
        {
            await wire.TellAsync(entry.Sequence, await documents.OfAsync(entry, forAgent: true), cancel);
            return entry.Kind is Kinds.SessionEnded or Kinds.SessionExpired or Kinds.SessionStopped ? Heard.Last : Heard.More;
        }

        // A stop of the agent or of everything holds from its own entry on; what it did to each session is written down later.
        if (isOwn || entry.Kind != Kinds.StopOrdered || (entry.Subject.Agent ?? view.Agent.Id) != view.Agent.Id || entry.Subject.Session is not null)
            return Heard.More;
        var stopped = view.Session with { Status = SessionStatus.Stopped, EndedAt = entry.At, StoppedBy = entry.Sequence };
        await wire.TellAsync(entry.Sequence, new(Kinds.SessionStopped, entry.At.ToDateTimeOffset(), documents.Of(view with { Session = stopped })), cancel);
        return Heard.Last;
    }

    /// <summary>Cut, and the ledger has not told of the stop in time: it holds on this node all the same.</summary>
    private async Task SayFarewellAsync(HttpContext context, EventWire wire, SessionView view)
    {
        using var soon = new CancellationTokenSource(Farewell);
        try
        {
            var now = Now(view);
            // Ahead of the ledger a stop has no sequence of its own yet: the client would resume where it was.
            var id = Math.Min(now.Session.StoppedBy ?? long.MaxValue, feed.Position);
            await wire.TellAsync(id, new(Kinds.SessionStopped, (now.Session.EndedAt ?? reader.Now).ToDateTimeOffset(), documents.Of(now)), soon.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    /// <summary>Its time is over: written down by whoever comes first, so that the stream ends with the entry. Answers the session as it then stands.</summary>
    private async Task<SessionView> ExpireAsync(SessionView view)
    {
        await ledger.CommitAsync(new WriteDown([], [view.Session.Sequence]));
        return await reader.SessionAsync(view.Session.Id) ?? view;
    }

    private SessionView Now(SessionView view) => view with { Session = roster.Now(roster.Known(view.Session.Id) ?? view.Session) };

    private static Refusal TooMany(int most) => Refusals.TooManyRequests($"{most} event streams are open already; close one.", 5);

    /// <summary>Whoever is cut off or left is told nothing more; where something else went wrong, an end is better than a gap.</summary>
    private void Broke(HttpContext context, Exception e, CancellationToken cut)
    {
        if (cut.IsCancellationRequested || context.RequestAborted.IsCancellationRequested)
            return;
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
            Log.StreamBroke(log, e);
        context.Abort();
    }

    private static partial class Log
    {
        [LoggerMessage(1402, LogLevel.Warning, "An event stream broke; it is closed, so that its client resumes")]
        public static partial void StreamBroke(ILogger logger, Exception exception);
    }
}
