using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Authorization;

namespace AgentApprovals.Runners;

/// <summary>One connection a session: a second is refused before it is made. The hub looks again, for two may come at the same moment.</summary>
public sealed class FreePlace : IAuthorizationRequirement
{
    public sealed class Handler(RunnerLines lines, Reader reader) : AuthorizationHandler<FreePlace>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, FreePlace requirement)
        {
            ArgumentNullException.ThrowIfNull(context);
            if (Actors.ActorOf(context.User) is RunnerActor { Session: var id } && await reader.SessionAsync(id) is { Session: { Runner: not null } session } && lines.IsFree(session))
                context.Succeed(requirement);
        }
    }
}
