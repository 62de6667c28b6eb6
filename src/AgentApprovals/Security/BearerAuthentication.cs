using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Security;

/// <summary>Bearer tokens of agents and people. The kind of a token decides which kind of principal it makes, and nothing turns one into another.</summary>
public sealed class BearerAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Roster roster)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    private Refusal _refusal = Refusals.Unauthenticated;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Token() is not { } token)
            return AuthenticateResult.NoResult();
        var hash = SecretHash.Of(token);
        Actor? actor = token[..Math.Min(4, token.Length)] switch
        {
            Domain.People.Token.Session => await SessionAsync(hash),
            Domain.People.Token.AgentKey => await roster.CredentialAsync(hash) is { Kind: CredentialKind.AgentKey } key ? new KeyActor(key.Id) : null,
            Domain.People.Token.Runner => await roster.RunnerAsync(hash) is { } session ? new RunnerActor(session) : null,
            Domain.People.Token.Person => await PersonAsync(hash),
            _ => null,
        };
        return actor is null
            ? AuthenticateResult.Fail(_refusal.Code)
            : AuthenticateResult.Success(new(new ClaimsPrincipal(Actors.ToIdentity(actor, Scheme.Name)), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Problems.WriteAsync(Context, _refusal);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, Refusals.Forbidden("This kind of credential may not do that."));

    private string? Token()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header["Bearer ".Length..].Trim();
        // Browsers can't set headers on WebSockets; SignalR's client sends the token as a query value on the hub's address alone.
        return Request.Path.StartsWithSegments("/hubs") ? Request.Query["access_token"].FirstOrDefault() : null;
    }

    private async Task<Actor?> SessionAsync(SecretHash hash)
    {
        if (await roster.SessionAsync(hash) is not { } session)
            return null;
        if (SessionGate.Judge(session.Status) is { } refused)
        {
            _refusal = refused;
            return null;
        }

        return new SessionActor(session.Id, session.AgentSequence);
    }

    private async Task<Actor?> PersonAsync(SecretHash hash) =>
        await roster.CredentialAsync(hash) is { Kind: CredentialKind.PersonToken } token && roster.Person(token.HolderSequence) is { Active: true } person
            ? new PersonActor(person.Id, token.Id)
            : null;
}

/// <summary>Actors to and from the principal of a request.</summary>
public static class Actors
{
    private const string Kind = "aa:kind";
    private const string Token = "aa:token";
    private const string Agent = "aa:agent";

    public static ClaimsIdentity ToIdentity(Actor actor, string scheme) => actor switch
    {
        PersonActor person => Identity(scheme, "person", person.Person.Value, person.Token?.Value),
        SessionActor session => Identity(scheme, "session", session.Session.Value, null, session.AgentSequence),
        RunnerActor runner => Identity(scheme, "runner", runner.Session.Value, null),
        KeyActor key => Identity(scheme, "key", key.Key.Value, null),
        _ => throw new ArgumentOutOfRangeException(nameof(actor)),
    };

    /// <summary>Null for somebody who is not signed in.</summary>
    public static Actor? ActorOf(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        if (!Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
            return null;
        return principal.FindFirstValue(Kind) switch
        {
            "person" => new PersonActor(new(id), Guid.TryParse(principal.FindFirstValue(Token), out var token) ? new CredentialId(token) : null),
            "session" => new SessionActor(new(id), long.TryParse(principal.FindFirstValue(Agent), CultureInfo.InvariantCulture, out var agent) ? agent : null),
            "runner" => new RunnerActor(new(id)),
            "key" => new KeyActor(new(id)),
            _ => null,
        };
    }

    public static bool Is<T>(ClaimsPrincipal principal) where T : Actor => ActorOf(principal) is T;

    private static ClaimsIdentity Identity(string scheme, string kind, Guid id, Guid? token, long? agent = null)
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, id.ToString()), new(Kind, kind)], scheme);
        if (token is { } t)
            identity.AddClaim(new(Token, t.ToString()));
        if (agent is { } a)
            identity.AddClaim(new(Agent, a.ToString(CultureInfo.InvariantCulture)));
        return identity;
    }
}
