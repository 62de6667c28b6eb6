using System.Text;
using System.Text.Json;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Model;

namespace AgentApprovals.Domain.Tests;

/// <summary>The domain's rules over a world in memory, with the clock in the test's hand.</summary>
internal class Memory(int minimumWindowSeconds) : IDoor
{
    private readonly Dictionary<long, PreparedPayload> _payloads = [];

    public World World { get; } = new() { MinimumWindowSeconds = minimumWindowSeconds };

    public Moment Now { get; set; } = new(1_800_000_000_000);

    public List<Draft> Entries { get; } = [];

    public bool IsEverythingStopped => World.Console.StoppedBy is not null;

    public Result<T> Try<T>(Command<T> command)
    {
        World.Now = Now;
        foreach (var (sequence, payload) in _payloads)
            World.Payloads[sequence] = payload;
        foreach (var agent in World.Agents.All.Where(a => !World.Desks.Get(a.Sequence).Counts(World.Texts)).ToList())
            Reload(agent);
        var result = command.Decide(World);
        Entries.AddRange(World.Drafts);
        foreach (var content in World.Contents.Where(c => c.Part == ContentPart.Payload))
            _payloads[content.Sequence] = PreparedPayload.Of(JsonElement.Parse(Encoding.UTF8.GetString(content.Bytes.Span)));
        World.Committed();
        return result;
    }

    public T Do<T>(Command<T> command) => Try(command).Require();

    public string? RefusalOf<T>(Command<T> command) => Try(command).Refusal?.Code;

    public ActionState ActionOf(ActionId id)
    {
        var row = World.Actions.Find(id.Value)!;
        return row.At(SessionFate.Of(World.Sessions.Get(row.SessionSequence), World.OpenStops, Now), Now);
    }

    public SessionState SessionOf(SessionId id) => World.Sessions.Find(id.Value)!.At(World.OpenStops, Now);

    public AgentState AgentOf(AgentId id) => World.Agents.Find(id.Value)!;

    public BurstState BurstOf(BurstId id) => World.Bursts.Find(id.Value)!;

    public void Sweep()
    {
        foreach (var burst in World.Bursts.All.Where(b => !b.Settled).ToList())
            Do(new DenyMembers(burst.Id, [.. World.Actions.All.Where(a => a.BurstSequence == burst.Sequence).Select(a => a.Sequence)], IsLast: true));
        Do(new WriteDown([.. World.Actions.All.Select(a => a.Sequence)], [.. World.Sessions.All.Select(s => s.Sequence)]));
        foreach (var stop in World.OpenStops)
            Do(new SettleStop(stop.Id));
    }

    /// <summary>A desk as a node makes it that starts now: from the rows alone.</summary>
    public void Reload(AgentState agent)
    {
        var desk = Desk.Of(agent.Sequence, World.Texts);
        foreach (var action in World.Actions.All.Where(a => a.AgentSequence == agent.Sequence).OrderBy(a => a.SubmittedAt))
        {
            if (!action.Status.IsTerminal())
                desk.Load(new OpenAction(action.Sequence, action.SessionSequence, action.Status, action.DueAt, action.Type, action.SubmittedAt));
            desk.Load(new Submission(action.SubmittedAt, action.Type, action.SessionSequence, action.PermissionKey, action.RuleName, action.Mode));
            desk.LoadResource(action.ResourceHash, used: true);
            if (action.Denial is { Code: "denied_by_person" or "denied_by_policy" } denial)
                desk.LoadDenial(action.RepeatKey, denial.At.PlusSeconds(action.Verdict.DeniedMemorySeconds));
        }

        foreach (var burst in World.Bursts.All.Where(b => b.AgentSequence == agent.Sequence).OrderBy(b => b.Sequence))
            desk.Load(burst.Type, new(burst.Sequence, burst.PerSeconds, World.Actions.All.Where(a => a.BurstSequence == burst.Sequence).Max(a => a.SubmittedAt)));
        foreach (var day in World.Desks.Get(agent.Sequence).Days)
            desk.Load(day);
        World.Desks.Load(desk);
    }
}
