using AgentApprovals.Actions;
using AgentApprovals.Agents;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.People;

public sealed record PersonDocument(PersonId Id, string Email, string DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<string> Groups, bool Active, Moment CreatedAt)
{
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? SetupUrl { get; init; }

    public static PersonDocument Of(PersonState person, string? setupUrl = null)
    {
        ArgumentNullException.ThrowIfNull(person);
        return new(person.Id, person.Email, person.DisplayName, [.. Enum.GetValues<Roles>().Where(r => r != Domain.People.Roles.None && person.Roles.HasFlag(r)).Select(r => r.ToString())],
            person.Groups, person.Active, person.CreatedAt)
        { SetupUrl = setupUrl };
    }
}

public sealed record PersonRequest(string Email, string? DisplayName, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Groups);

/// <summary>A merge patch (RFC 7396): what is left out stays, null is the default again.</summary>
public sealed record ChangePersonRequest(string? DisplayName, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Groups, bool? Active);

public sealed record TokenRequest(string Name, string? MayDecide);

public sealed record NewTokenDocument(CredentialId Id, string Name, string Token, MayDecide MayDecide);

public sealed record TokenDocument(CredentialId Id, string Name, MayDecide MayDecide, Moment CreatedAt, PersonRef? MadeBy);

public static class PersonEndpoints
{
    public static void MapPeople(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/people").WithTags("People").RequireAuthorization(SecuritySetup.People);
        people.MapPost("/", AddAsync).Accepts<PersonRequest>("application/json").Produces<PersonDocument>(201).WithSummary("Add a person; the link is theirs, and works once.");
        people.MapGet("/", ListAsync).Produces<ListDocument<PersonDocument>>().WithSummary("People, oldest first.");
        people.MapGet("/{id:guid}", (Guid id, Api api) => Refusal(api, id, orSelf: true) is { } refusal
            ? api.Refuse(refusal)
            : (IResult)Api.Ok(PersonDocument.Of(api.Roster.Person(new PersonId(id))!)))
            .Produces<PersonDocument>().WithSummary("One person.");
        people.MapPatch("/{id:guid}", ChangeAsync).Accepts<ChangePersonRequest>("application/json", "application/merge-patch+json").Produces<PersonDocument>()
            .WithSummary("Change roles, groups, or whether they are active.");
        people.MapPost("/{id:guid}/setup-link", (Guid id, Api api) =>
        {
            var secret = Token.New(Token.Setup);
            return api.CommitAsync(new MakeSetupLink(api.Actor, new(id), SecretHash.Of(secret)), r => Api.Ok(PersonDocument.Of(r.Person, SetupUrl(api, secret))));
        }).Produces<PersonDocument>().WithSummary("A new one-time link.");
        people.MapPost("/{id:guid}/tokens", MakeTokenAsync).Accepts<TokenRequest>("application/json").Produces<NewTokenDocument>(201).WithSummary("A new personal token, shown once.");
        people.MapGet("/{id:guid}/tokens", TokensAsync).Produces<ListDocument<TokenDocument>>().WithSummary("The tokens that are valid.");
        people.MapDelete("/{id:guid}/tokens/{tokenId:guid}", (Guid id, Guid tokenId, Api api) =>
            api.CommitAsync(new DeletePersonToken(api.Actor, new(id), new(tokenId)), _ => TypedResults.NoContent())).Produces(204).WithSummary("Delete a token.");
    }

    private static string SetupUrl(Api api, string secret) => PersonReader.SetupUrl($"{api.Context.Request.Scheme}://{api.Context.Request.Host}", secret);

    private static Task<IResult> AddAsync(Api api)
    {
        var secret = Token.New(Token.Setup);
        return api.WithBodyAsync(
            body => PersonReader.Add(body, SecretHash.Of(secret)),
            add => api.CommitAsync(add(api.Actor), r => api.Created($"/api/v1/people/{r.Person.Id}", PersonDocument.Of(r.Person, SetupUrl(api, secret)))),
            () => Task.FromResult(AgentEndpoints.AdministratorRefusal(api)));
    }

    private static Task<IResult> ChangeAsync(Guid id, Api api) => api.WithBodyAsync(
        body => PersonReader.Change(body, new(id)),
        change => api.CommitAsync(change(api.Actor), person => Api.Ok(PersonDocument.Of(person))),
        () => Task.FromResult(Refusal(api, id)));

    private static IResult ListAsync(Api api)
    {
        var paging = Query.Paging(api.Context.Request);
        if ((AgentEndpoints.AdministratorRefusal(api) ?? paging.Refusal) is { } refusal)
            return api.Refuse(refusal);
        var (limit, after) = paging.Value;
        var people = api.Roster.People.Where(p => p.Sequence > (after ?? 0)).Take(limit + 1).ToList();
        return Api.Ok(new ListDocument<PersonDocument>([.. people.Take(limit).Select(p => PersonDocument.Of(p))], people.Count > limit ? $"{people[limit - 1].Sequence}" : null));
    }

    private static Task<IResult> MakeTokenAsync(Guid id, Api api)
    {
        var token = Token.New(Token.Person);
        return api.WithBodyAsync(
            body => PersonReader.Token(body, new(id), SecretHash.Of(token)),
            make => api.CommitAsync(make(api.Actor), made => api.Created($"/api/v1/people/{id}/tokens/{made.Id}", new NewTokenDocument(made.Id, made.Name, token, made.MayDecide))),
            () => Task.FromResult(Refusal(api, id, orSelf: true)));
    }

    private static async Task<IResult> TokensAsync(Guid id, Api api) => Refusal(api, id, orSelf: true) is { } refusal
        ? api.Refuse(refusal)
        : await CredentialLists.ShowAsync(api, CredentialKind.PersonToken, api.Roster.Person(new PersonId(id))!.Sequence,
            t => new TokenDocument(t.Id, t.Name, t.MayDecide, t.CreatedAt, CredentialLists.MadeBy(api, t)));

    /// <summary>Administrators set everybody up, everybody sees themselves and their own tokens; that others are there is known to all.</summary>
    private static Refusal? Refusal(Api api, Guid id, bool orSelf = false) => api.Roster.Person(new PersonId(id)) is null
        ? Refusals.NotFound
        : orSelf && api.Person.Id.Value == id ? null : AgentEndpoints.AdministratorRefusal(api);
}
