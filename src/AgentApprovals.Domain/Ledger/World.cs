using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// The rows a batch of commands decides over, as they stand at one ledger head, and the only way to change them: every
/// change is an entry (<see cref="Append{T}"/>). Known rows may be kept from batch to batch as long as the head is the one
/// they were read at; who finds another head clears the world.
/// </summary>
public sealed partial class World
{
    private const int MostActions = 4096;
    private const int MostOthers = 50_000;

    private readonly List<Draft> _drafts = [];
    private readonly List<Content> _contents = [];
    private readonly List<long> _purged = [];
    private readonly ITable[] _tables;
    private List<StopState> _openStops = [];
    private int _openStopsAt = -1;
    private bool _isRehearsing;

    public World()
    {
        _tables = [Actions, Bursts, Sessions, Agents, People, Credentials, Stops, Documents, Consoles, Webhooks, Observations, Connectors];
        Desks = new(Texts);
    }

    public Table<ActionState> Actions { get; } = new(a => a.Id.Value, a => a.IdempotencyKey);
    public Table<BurstState> Bursts { get; } = new(b => b.Id.Value);
    public Table<ObservationState> Observations { get; } = new(o => o.Id.Value, o => o.Key);
    public Table<SessionState> Sessions { get; } = new(s => s.Id.Value);
    public Table<AgentState> Agents { get; } = new(a => a.Id.Value, a => a.Name);

    /// <summary>Always all of them: rules compare people by e-mail.</summary>
    public Table<PersonState> People { get; } = new(p => p.Id.Value, p => p.EmailKey);
    public Table<CredentialState> Credentials { get; } = new(c => c.Id.Value, c => c.Hash.Hex);

    /// <summary>Always all that are not settled, and those that known rows name.</summary>
    public Table<StopState> Stops { get; } = new(s => s.Id.Value);

    /// <summary>Always all policies and catalogues, and the present instructions of the agents that are known.</summary>
    public Table<DocumentState> Documents { get; } = new(_ => null);
    public Table<ConsoleState> Consoles { get; } = new(_ => null);

    /// <summary>Always all that are not deleted.</summary>
    public Table<WebhookState> Webhooks { get; } = new(w => w.Id.Value);

    /// <summary>Always all that are not deleted.</summary>
    public Table<ConnectorState> Connectors { get; } = new(c => c.Id.Value);
    public Desks Desks { get; }
    public Fleet Fleet { get; } = new();

    /// <summary>Payloads that a command asked to look at again, by the entry that brought them.</summary>
    public Dictionary<long, PreparedPayload> Payloads { get; } = [];
    public Texts Texts { get; } = new();
    public RefusalLog Refused { get; } = new();

    /// <summary>What agents may say in a minute, so that talking is no way around the limit on asking.</summary>
    public Pace Talk { get; } = new(Conversation.MostInMinute);

    /// <summary>Ledger time of this batch: never before the entry ahead.</summary>
    public Moment Now { get; set; }

    /// <summary>Milliseconds that are added to the engine's clock: what jumps of it have added up to. A batch is committed with it as it is then.</summary>
    public long ClockOffset { get; set; }

    /// <summary>The sequence that the next entry will have.</summary>
    public long NextSequence { get; set; } = 1;

    /// <summary>From the product's options; here because rules read it.</summary>
    public int MinimumWindowSeconds { get; init; } = 10;

    public ConsoleState Console => Consoles.All.First();

    /// <summary>Whether the rows that every batch reads (console, people, documents, stops) are here.</summary>
    public bool IsFilled { get; set; }

    public IReadOnlyList<Draft> Drafts => _drafts;

    public IReadOnlyList<Content> Contents => _contents;

    /// <summary>Entries beside which no words are kept any more (<see cref="Purge"/>).</summary>
    public IReadOnlyList<long> Purged => _purged;

    /// <summary>
    /// Records that <paramref name="kind"/> happened: the row as it is now, a new one where its sequence is 0. Answers the
    /// row with its sequence.
    /// </summary>
    /// <param name="facts">What the row itself does not say.</param>
    public T Append<T>(Table<T> table, string kind, ActorStamp actor, Subject subject, T row, JsonObject? facts = null) where T : class, IRow
    {
        var sequence = NextSequence++;
        var before = row.Sequence == 0 ? null : table.Get(row.Sequence);
        var set = RowFacts.BytesOf(before, row);
        if (before is null)
            row = RowKinds.WithSequence(row, sequence);
        table.Write(row);
        _drafts.Add(new(sequence, Now, kind, actor, subject, RowKinds.NameOf(row), row.Sequence, facts, set));
        if (!_isRehearsing)
            Fleet.Note(sequence, kind, before, row, Desks.Note(kind, actor, subject, before, row, Now), Now);
        return row;
    }

    /// <summary>Records something that changes no row.</summary>
    public void Append(string kind, ActorStamp actor, Subject subject, JsonObject data) =>
        _drafts.Add(new(NextSequence++, Now, kind, actor, subject, null, 0, data, null));

    /// <summary>Puts bytes beside the entry appended last.</summary>
    public void Attach(ContentPart part, ReadOnlyMemory<byte> bytes) => _contents.Add(new(NextSequence - 1, part, bytes));

    /// <summary>Takes away the words that stand beside an entry (payload, reason, messages; never a document). Their digests stay, and the entry says that it happened.</summary>
    public void Purge(long sequence) => _purged.Add(sequence);

    /// <summary>
    /// A UUID version 7 (RFC 9562, section 6.2, method 1) for the entry appended next: 48 bits of ledger time, a dedicated
    /// counter of 42 bits that is the ledger's sequence, 32 random bits. So ids sort in ledger order on any number of nodes.
    /// </summary>
    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        var counter = (ulong)NextSequence & 0x3FF_FFFF_FFFF;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)Now.Milliseconds << 16) | 0x7000 | (counter >> 30));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], 0x8000_0000 | (uint)(counter & 0x3FFF_FFFF));
        RandomNumberGenerator.Fill(bytes[12..]);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Stops that may hold sessions whose rows do not say so yet.</summary>
    public IReadOnlyList<StopState> OpenStops
    {
        get
        {
            if (_openStopsAt != Stops.Version)
                (_openStops, _openStopsAt) = ([.. Stops.All.Where(s => !s.Settled)], Stops.Version);
            return _openStops;
        }
    }

    public PreparedPayload PayloadOf(ActionState action) =>
        Payloads[action.PayloadSequence == 0 ? action.Sequence : action.PayloadSequence];

    public SessionFate FateOf(SessionState session) => SessionFate.Of(session, OpenStops, Now);

    /// <summary>The batch is committed: what was drafted is history, what was read stays known.</summary>
    public void Committed()
    {
        ForgetDrafts();
        foreach (var table in _tables)
            table.Settle();
        Desks.Settle();
        Fleet.Settle();
    }

    /// <summary>How agents stand, where that may not be written yet; with their words where those may be others.</summary>
    public IReadOnlyList<(AgentStanding Standing, IReadOnlySet<string>? Words)> ChangedStandings()
    {
        var changed = Agents.Changed.Select(c => c.Row.Sequence).ToHashSet();
        var standings = new List<(AgentStanding, IReadOnlySet<string>?)>();
        foreach (var desk in Desks.Changed)
        {
            var agent = Agents.Get(desk.AgentSequence);
            var isChanged = changed.Contains(agent.Sequence);
            if (desk.Standing(agent, this.CurrentCatalogue(), Now, isChanged) is { } standing)
                standings.Add((standing, isChanged ? AgentWords.Of(agent) : null));
        }

        return standings;
    }

    /// <summary>
    /// What <paramref name="decide"/> answers; whatever it wrote is undone. Only between batches. Desks do not move along, so it
    /// must read them before it writes, as a submission does.
    /// </summary>
    public T Rehearse<T>(Func<World, T> decide)
    {
        if (_drafts.Count > 0)
            throw new InvalidOperationException("A rehearsal would undo what the batch has written.");
        var next = NextSequence;
        _isRehearsing = true;
        try
        {
            return decide(this);
        }
        finally
        {
            _isRehearsing = false;
            NextSequence = next;
            ForgetDrafts();
            foreach (var table in _tables)
                table.Undo();
        }
    }

    /// <summary>Between batches: forgets what is read again where it is needed, so that memory does not grow with the ledger.</summary>
    public void Trim()
    {
        if (Actions.Count > MostActions)
            Actions.Clear();
        if (Sessions.Count + Credentials.Count + Agents.Count + Bursts.Count + Observations.Count > MostOthers)
            Clear();
    }

    /// <summary>Nothing known holds any more: the head is another than was thought, or a batch was not committed.</summary>
    public void Clear()
    {
        if (_drafts.Count > 0)
            Texts.ForgetFrom(_drafts[0].Sequence);
        ForgetDrafts();
        foreach (var table in _tables)
            table.Clear();
        Desks.Clear();
        Fleet.Settle();
        IsFilled = false;
    }

    private void ForgetDrafts()
    {
        Payloads.Clear();
        _drafts.Clear();
        _contents.Clear();
        _purged.Clear();
    }
}
