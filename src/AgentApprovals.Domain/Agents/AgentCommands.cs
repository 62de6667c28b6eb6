using System.Text;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;

namespace AgentApprovals.Domain.Agents;

/// <summary>Gives a program an identity of its own, with an owner and nothing permitted.</summary>
public sealed record RegisterAgent(
    Actor Actor,
    string Name,
    string DisplayName,
    string Owner,
    IReadOnlyList<string> ActsFor,
    IReadOnlyList<string> Labels,
    AgentLimits Limits,
    AgentFlags Flags) : Command<AgentState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.AgentNames.Add(Name);
    }

    public override Result<AgentState> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (world.Agents.Find(Name) is not null)
            return Refusals.NameTaken($"There is an agent named {Name} already.");
        var agent = Flags.On(new AgentState
        {
            Id = new(world.NewId()),
            Name = Name,
            DisplayName = DisplayName,
            Owner = Owner.Trim(),
            ActsFor = ActsFor,
            Labels = Labels,
            Limits = Limits,
            Permissions = [],
            CreatedAt = world.Now,
        });
        return world.Append(world.Agents, Kinds.AgentRegistered, caller.Value!.Stamp, agent.Subject(), agent);
    }
}

/// <summary>Settings of an agent that are yes or no; null: as it was.</summary>
public sealed record AgentFlags(bool? RequiresInstructionsDigest = null, bool? RequiresRunner = null, bool? IsTest = null, bool? StopOnBypass = null)
{
    internal AgentState On(AgentState agent) => agent with
    {
        RequiresInstructionsDigest = RequiresInstructionsDigest ?? agent.RequiresInstructionsDigest,
        RequiresRunner = RequiresRunner ?? agent.RequiresRunner,
        IsTest = IsTest ?? agent.IsTest,
        StopOnBypass = StopOnBypass ?? agent.StopOnBypass,
    };
}

/// <summary>Changes what is given (RFC 7396); what is null stays. Retiring stops its sessions and is for good.</summary>
/// <param name="Name">The one it has: rules, permits and the record name it.</param>
/// <param name="DisplayName">Empty: its name again.</param>
public sealed record ChangeAgent(
    Actor Actor,
    AgentId Id,
    string? Name,
    string? DisplayName,
    string? Owner,
    IReadOnlyList<string>? ActsFor,
    IReadOnlyList<string>? Labels,
    Func<AgentLimits, AgentLimits> Limits,
    AgentFlags Flags,
    bool Retire) : Command<AgentState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Agents.Add(Id.Value);
    }

    public override Result<AgentState> Decide(World world)
    {
        var found = AgentSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, agent) = found.Value!;
        if (Name is not null && Name != agent.Name)
            return Refusals.Invalid("name", "An agent keeps its name.");
        var after = Flags.On(agent with
        {
            DisplayName = DisplayName is "" ? agent.Name : DisplayName ?? agent.DisplayName,
            Owner = Owner?.Trim() ?? agent.Owner,
            ActsFor = ActsFor ?? agent.ActsFor,
            Labels = Labels ?? agent.Labels,
            Limits = Limits(agent.Limits),
        });
        if (RowFacts.Of(agent, after).Count > 0)
            after = world.Append(world.Agents, Kinds.AgentChanged, by.Stamp, agent.Subject(), after);
        if (!Retire || agent.Retired)
            return after;
        after = world.Append(world.Agents, Kinds.AgentRetired, by.Stamp, agent.Subject(), after with { Retired = true });
        Stopping.Agent(world, after, by.Stamp, "The agent was retired.");
        return world.Agents.Get(agent.Sequence);
    }
}

/// <summary>Replaces what the agent may ask for at all.</summary>
public sealed record PutPermissions(Actor Actor, AgentId Id, int Version, IReadOnlyList<Permission> Items) : Command<AgentState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.Agents.Add(Id.Value);
    }

    public override Result<AgentState> Decide(World world)
    {
        var found = AgentSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, agent) = found.Value!;
        return Version != agent.PermissionsVersion
            ? Refusals.StaleVersion
            : world.Append(world.Agents, Kinds.AgentPermissionsChanged, by.Stamp, agent.Subject(),
                agent with { Permissions = Items, PermissionsVersion = agent.PermissionsVersion + 1 });
    }
}

/// <summary>Writes standing instructions: of one agent, or (<paramref name="Agent"/> null) those that stand before every agent's.</summary>
/// <param name="Version">The version that was read, for who wants to write over no other; null: whatever is there.</param>
public sealed record PutInstructions(Actor Actor, AgentId? Agent, string Text, int? Version = null) : Command<StandingInstructions>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        if (Agent is { } agent)
            needs.Agents.Add(agent.Value);
    }

    public override Result<StandingInstructions> Decide(World world)
    {
        var found = Agent is { } id ? AgentSetup.Find(world, Actor, id) : default;
        var caller = found.Value?.By is { } administrator ? administrator : Caller.Of(world, Actor, Roles.Administrator);
        if ((found.Refusal ?? caller.Refusal) is { } refusal)
            return refusal;
        var agent = found.Value?.Agent;
        var before = agent is null ? world.Console.Instructions : agent.Instructions;
        var version = (before is { } b ? world.Documents.Get(b).Version : 0) + 1;
        if (Version is { } read && read != version - 1)
            return Refusals.StaleVersion;
        var document = Keeping.Save(world, DocumentKind.Instructions, agent?.Sequence ?? 0, version, Encoding.UTF8.GetBytes(Text), caller.Value!, null, Kinds.InstructionsChanged);
        world.Texts.Load(document.Sequence, Text);
        if (agent is null)
            world.Append(world.Consoles, Kinds.InstructionsChanged, caller.Value!.Stamp, default, world.Console with { Instructions = document.Sequence });
        else
            world.Append(world.Agents, Kinds.InstructionsChanged, caller.Value!.Stamp, agent.Subject(), agent with { Instructions = document.Sequence });
        return Instructions.Join(agent is null ? (version, Text) : null, agent is null ? null : (version, Text));
    }
}

internal static class AgentSetup
{
    /// <summary>The agent, for somebody who sets up; whoever may not even see it is told that it is not there.</summary>
    public static Result<Found> Find(World world, Actor actor, AgentId id)
    {
        var caller = Caller.Of(world, actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (world.Agents.Find(id.Value) is not { } agent || !caller.Value!.Person.MaySee(agent))
            return Refusals.NotFound;
        return caller.Value.Has(Roles.Administrator) ? new Found(caller.Value, agent) : Refusals.Forbidden("This takes the role Administrator.");
    }

    public sealed record Found(Caller By, AgentState Agent);
}
