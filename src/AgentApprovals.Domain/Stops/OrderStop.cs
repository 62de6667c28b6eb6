using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Stops;

/// <summary>Cuts off a session, an agent (all its sessions, and no new ones) or everything. For a target that is stopped already, the stop that did it.</summary>
/// <param name="Target">The session's or the agent's id; null for everything.</param>
/// <param name="Drill">An exercise: only an agent that is marked as a test is stopped so, and in earnest.</param>
/// <param name="Id">The id that the node which acts ahead of the ledger knows it by: however often it comes, it is entered once. Null: it is given one.</param>
public sealed record OrderStop(Actor Actor, StopScope Scope, Guid? Target, string? Reason, bool Drill = false, StopId? Id = null) : Command<StopState>, ICommand
{
    public bool IsStop => true;

    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        if (Id is { } own)
            needs.Stops.Add(own.Value);
        if (Target is not { } id)
            return;
        if (Scope == StopScope.Session)
            needs.StopsOfSessions.Add(id);
        else
            needs.Agents.Add(id);
    }

    public override Result<StopState> Decide(World world)
    {
        var caller = Caller.Of(world, Actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        var by = caller.Value!;
        if (Id is { } id && world.Stops.Find(id.Value) is { } entered)
            return entered;
        var ordered = new Ordered(by.Stamp, Reason, Id, Drill: Drill);
        return Scope switch
        {
            StopScope.Session => StopSession(world, by, ordered),
            StopScope.Agent => StopAgent(world, by, ordered),
            _ => by.Has(Caller.Seers) ? Stopping.Everything(world, ordered) : Refusals.Forbidden("Stopping everything takes a role."),
        };
    }

    private Result<StopState> StopSession(World world, Caller by, Ordered ordered)
    {
        if (world.Sessions.Find(Target!.Value) is not { } session || !by.Person.MaySee(session, world.Agents.Get(session.AgentSequence)))
            return Refusals.NotFound;
        return Stopping.Session(world, session, ordered);
    }

    private Result<StopState> StopAgent(World world, Caller by, Ordered ordered)
    {
        if (world.Agents.Find(Target!.Value) is not { } agent || !by.Person.MaySee(agent))
            return Refusals.NotFound;
        return Drill && !agent.IsTest
            ? Refusals.Invalid("drill", "Only an agent that is marked as a test can be stopped as a drill; nothing was stopped.")
            : Stopping.Agent(world, agent, ordered);
    }
}

/// <summary>Lifts the refusal of new sessions, of an agent or (<paramref name="Agent"/> null) of all. What was stopped stays stopped.</summary>
public sealed record Resume(Actor Actor, AgentId? Agent, string? Reason) : Command<AgentState?>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        if (Agent is { } agent)
            needs.Agents.Add(agent.Value);
    }

    public override Result<AgentState?> Decide(World world)
    {
        var caller = Caller.Of(world, Actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        var by = caller.Value!;
        var agent = Agent is { } id ? world.Agents.Find(id.Value) : null;
        if (Agent is not null && (agent is null || !by.Person.MaySee(agent)))
            return Refusals.NotFound;
        if (!by.Has(Caller.Resumers))
            return Refusals.Forbidden("Resuming takes a Manager or an Administrator.");
        var facts = new System.Text.Json.Nodes.JsonObject { ["reason"] = Reason };
        if (agent is { StoppedBy: not null })
            agent = world.Append(world.Agents, Kinds.AgentResumed, by.Stamp, agent.Subject(), agent with { StoppedBy = null }, facts);
        else if (Agent is null && world.Console.StoppedBy is not null)
            world.Append(world.Consoles, Kinds.EverythingResumed, by.Stamp, default, world.Console with { StoppedBy = null }, facts);
        return new Result<AgentState?>(agent, null);
    }
}
