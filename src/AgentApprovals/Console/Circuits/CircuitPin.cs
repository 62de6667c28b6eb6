using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace AgentApprovals.Console.Circuits;

/// <summary>
/// Binds a circuit to the person who opened it. A connection that comes back with somebody else's cookie would otherwise act
/// in the first one's name (dotnet/aspnetcore#65272): such a circuit may do nothing any more.
/// </summary>
public sealed class CircuitPin(AuthenticationStateProvider authentication, IHttpContextAccessor http) : CircuitHandler
{
    private Actor? _actor;
    private bool _isBroken;

    /// <summary>Who acts here: whoever opened the circuit, and nobody once another came in on it.</summary>
    public async Task<Actor?> ActorAsync()
    {
        _actor ??= Actors.ActorOf((await authentication.GetAuthenticationStateAsync()).User);
        return _isBroken ? null : _actor;
    }

    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var pinned = await ActorAsync();
        // The request of the connection that came up; without one nobody can say who it is.
        var user = http.HttpContext?.User;
        _isBroken |= user is null || Actors.ActorOf(user) != pinned;
    }
}
