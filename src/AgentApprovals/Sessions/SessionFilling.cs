using AgentApprovals.Actions;
using AgentApprovals.Client;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Sessions;

/// <summary>Fills the documents of sessions from what the domain has; what they look like is the client's.</summary>
internal static class SessionFilling
{
    extension(SessionDocument)
    {
        public static SessionDocument Of(SessionState session, AgentState agent, StandingInstructions? standing = null, RunnerDocument? runner = null)
        {
            ArgumentNullException.ThrowIfNull(session);
            ArgumentNullException.ThrowIfNull(agent);
            return new()
            {
                Id = session.Id.Value,
                State = (Client.SessionStatus)session.Status,
                StartedAt = session.StartedAt.ToDateTimeOffset(),
                ExpiresAt = session.ExpiresAt.ToDateTimeOffset(),
                EndedAt = session.EndedAt?.ToDateTimeOffset(),
                Agent = AgentRef.Of(agent),
                OnBehalfOf = session.OnBehalfOf,
                Purpose = session.Purpose,
                Client = session.Client is { } client ? new(client.Name, client.Version, client.Model, client.Host) : null,
                Paused = session.Paused && session.Status == Domain.Sessions.SessionStatus.Active,
                Compacted = session.Compacted,
                Runner = runner,
                Instructions = standing is null ? null : new(standing.Version, standing.Digest, standing.Text),
            };
        }
    }
}
