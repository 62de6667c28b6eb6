using System.Text;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Gateway;

/// <summary>A session tried something that no rule of a connector lets through. The record has where and how, and of the path only the digest.</summary>
public sealed record NoteGatewayRefusal(Actor Actor, string Connector, string Method, string Path, string Code) : Command<Done>, ICommand
{
    long? ICommand.Sender => Actor.Sender();

    public override void Need(Needs needs)
    {
        if (Actor is SessionActor { Session: var session })
            needs.Sessions.Add(session.Value);
    }

    public override Result<Done> Decide(World world)
    {
        var entered = SessionGate.Enter(world, Actor);
        if (entered.Refusal is { } refusal)
            return refusal;
        var session = entered.Value!;
        var (write, withheld) = world.Refused.Note(session, world.Now);
        if (write)
        {
            world.Append(Kinds.GatewayRefused, SessionGate.StampOf(world.Agents.Get(session.AgentSequence)), SessionGate.SubjectOf(world, session), new()
            {
                ["code"] = Code,
                ["connector"] = Connector,
                ["method"] = Method.Length > 20 ? Method[..20] : Method,
                ["pathDigest"] = CanonicalJson.Digest(Encoding.UTF8.GetBytes(Path)),
                ["withheld"] = withheld,
            });
        }

        return default(Done);
    }
}
