using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Actions;

/// <summary>What was said about an action: how many messages, and whether the agent spoke last. The texts stand beside the ledger.</summary>
public sealed record Conversation(int Count, bool AgentSpokeLast)
{
    /// <summary>Of one action. Whoever needs more should decide, or ask anew.</summary>
    public const int Most = 200;

    /// <summary>By one session's agent, about all its actions.</summary>
    public const int MostInMinute = 60;
}

/// <summary>A message as it was taken in. <paramref name="By"/> is a person, or the agent.</summary>
public sealed record MessageReply(Guid Id, ActionId Action, ActorStamp By, Moment At, string Text);

/// <summary>A person asks, the agent answers; the action's status stays as it is.</summary>
public sealed record SendMessage(Actor Actor, ActionId Id, string Text) : Command<MessageReply>, ICommand
{
    int ICommand.Size => Text.Length + 512;

    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        needs.NeedOwn(Actor, Id);
    }

    public override Result<MessageReply> Decide(World world)
    {
        if (Actor is PersonActor)
        {
            var seen = SeenAction.Find(world, Actor, Id);
            if (seen.Refusal is { } unseen)
                return unseen;
            var (by, asked, _, _) = seen.Value!;
            return Tending.RoleRefusal(asked, by.Person) is { } role ? role : Say(world, asked, by.Stamp, by.Via, isAgent: false);
        }

        var own = OwnAction.Find(world, Actor, Id);
        return own.Refusal is { } refusal ? refusal : Say(world, own.Value!.Action, SessionGate.StampOf(own.Value.Agent), null, isAgent: true);
    }

    private Result<MessageReply> Say(World world, ActionState action, ActorStamp by, string? via, bool isAgent)
    {
        if (action.Status.IsTerminal())
            return Deciding.NotPending(action)!;
        if (isAgent && world.Talk.Take(world.Sessions.Get(action.SessionSequence), world.Now) is { } seconds)
            return Refusals.TooManyRequests($"An agent says at most {Conversation.MostInMinute} things a minute; nothing was said.", seconds);
        var count = (action.Conversation?.Count ?? 0) + 1;
        if (count > Conversation.Most)
            return Refusals.LimitReached($"{Conversation.Most} messages about one action are enough; nothing was said.");
        var id = world.NewId();
        var bytes = Encoding.UTF8.GetBytes(Text);
        world.Append(world.Actions, Kinds.ActionMessage, by, world.SubjectOf(action), action with { Conversation = new(count, isAgent) },
            new JsonObject { ["digest"] = CanonicalJson.Digest(bytes), ["messageId"] = id.ToString(), ["via"] = via });
        world.Attach(ContentPart.Message, bytes);
        return new MessageReply(id, action.Id, by, world.Now, Text);
    }
}
