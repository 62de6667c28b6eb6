using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentApprovals.Hosting;

/// <summary>What every endpoint does alike: who asks, one strict body, one way into the ledger, one form of answers.</summary>
public sealed class Api(Data.Ledger.Ledger ledger, Reader reader, Roster roster, IHttpContextAccessor http)
{
    public static JsonSerializerOptions Json { get; } = new(RowFacts.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.Never, Converters = { new Client.WireTime() } };

    public Reader Reader => reader;

    public Roster Roster => roster;

    public HttpContext Context => http.HttpContext ?? throw new InvalidOperationException("Only within a request.");

    public Actor Actor => Actors.ActorOf(Context.User) ?? throw new InvalidOperationException("The endpoint lets anybody in.");

    /// <summary>The person who asks; only where the endpoint lets in people alone, or where <see cref="IsPerson"/>.</summary>
    public PersonState Person => Actor is PersonActor who && roster.Person(who.Person) is { } person
        ? person
        : throw new InvalidOperationException("The endpoint lets in more than people.");

    public bool IsPerson => Actor is PersonActor;

    public SessionId SessionId => Actor is SessionActor session ? session.Session : throw new InvalidOperationException("Only a session.");

    /// <summary>Commits, and answers with what <paramref name="show"/> makes of the result, or with the refusal.</summary>
    public async Task<IResult> CommitAsync<T>(Command<T> command, Func<T, IResult> show)
    {
        var result = await ledger.CommitAsync(command);
        return result.Refusal is { } refusal ? Refuse(refusal) : show(result.Value!);
    }

    public async Task<IResult> CommitAsync<T>(Command<T> command, Func<T, Task<IResult>> show)
    {
        var result = await ledger.CommitAsync(command);
        return result.Refusal is { } refusal ? Refuse(refusal) : await show(result.Value!);
    }

    /// <summary>
    /// Reads the body's members and acts on them. A bad body is told only to who might have sent a good one:
    /// <paramref name="precheck"/> says why not, by the contract's order of checks (404, role 403, then 400).
    /// </summary>
    /// <param name="read">Takes what it wants of the members; faults gather in them.</param>
    public async Task<IResult> WithBodyAsync<T>(Func<Fields, T> read, Func<T, Task<IResult>> act, Func<Task<Refusal?>>? precheck = null, string? nulAllowedIn = null)
    {
        var body = await RequestBody.ReadAsync(Context, nulAllowedIn);
        var refusal = body.Refusal;
        if (refusal is null)
        {
            var fields = new Fields(body.Value);
            var input = read(fields);
            if (fields.IsValid)
                return await act(input);
            refusal = fields.Refusal;
        }

        return Refuse((precheck is null ? null : await precheck()) ?? refusal);
    }

    public IResult Refuse(Refusal refusal)
    {
        if (refusal.RetryAfterSeconds is { } seconds)
            Context.Response.Headers.RetryAfter = $"{seconds}";
        return Problems.Of(refusal);
    }

    public static JsonHttpResult<T> Ok<T>(T value) => TypedResults.Json(value, Json);

    public JsonHttpResult<T> Created<T>(string location, T value)
    {
        Context.Response.Headers.Location = location;
        return TypedResults.Json(value, Json, statusCode: 201);
    }

    public static JsonHttpResult<T> Accepted<T>(T value) => TypedResults.Json(value, Json, statusCode: 202);

    /// <summary>Cookies are sent by the browser whoever made the page: what changes something needs an antiforgery token as well.</summary>
    public static async ValueTask<object?> RequireAntiforgery(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var http = context.HttpContext;
        var byCookie = http.Request.Headers.Authorization.Count == 0 && http.User.Identity?.IsAuthenticated == true;
        if (!byCookie || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return await next(context);
        return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)
            ? await next(context)
            : Problems.Of(new Refusal(400, "invalid_request", "A cookie alone does not change anything: the antiforgery token is missing or old."));
    }
}

/// <summary>Query values, read as strictly as bodies.</summary>
public static class Query
{
    /// <summary><c>limit</c> from 1 to 200 (50) and <c>cursor</c>.</summary>
    public static Result<(int Limit, long? Before)> Paging(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var limit = Integer(request, "limit", 50, 1, 200);
        if (limit.Refusal is { } refusal)
            return refusal;
        var cursor = request.Query["cursor"].FirstOrDefault();
        if (string.IsNullOrEmpty(cursor))
            return ((int)limit.Value, null);
        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var before) && before > 0 ? ((int)limit.Value, before) : Refusals.Invalid("cursor", "Not a cursor of this list.");
    }

    public static Result<long> Integer(HttpRequest request, string name, long fallback, long least, long most)
    {
        ArgumentNullException.ThrowIfNull(request);
        var text = request.Query[name].FirstOrDefault();
        if (string.IsNullOrEmpty(text))
            return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : Refusals.Invalid(name, $"An integer from {least} to {most} is expected.");
    }

    /// <summary><c>true</c> or <c>false</c>; null where neither is given.</summary>
    public static Result<bool?> Flag(HttpRequest request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Query[name].FirstOrDefault() switch
        {
            null or "" => new Result<bool?>(null, null),
            "true" => new Result<bool?>(true, null),
            "false" => new Result<bool?>(false, null),
            _ => Refusals.Invalid(name, "true or false is expected."),
        };
    }

    /// <summary>Two UTC days such as <c>2026-11-28</c>, both included; each may be left out.</summary>
    public static Result<DaySpan> Days(HttpRequest request, string from, string to)
    {
        ArgumentNullException.ThrowIfNull(request);
        var span = new DaySpan(DaySpan.Parse(request.Query[from].FirstOrDefault()), DaySpan.Parse(request.Query[to].FirstOrDefault()));
        return IsBad(from, span.From) ? Refused(from) : IsBad(to, span.To) ? Refused(to) : span;

        bool IsBad(string name, DateOnly? day) => day is null && !string.IsNullOrEmpty(request.Query[name].FirstOrDefault());

        static Refusal Refused(string name) => Refusals.Invalid(name, "A day is expected, such as 2026-11-28.");
    }

    public static Result<Guid?> Id(HttpRequest request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        var text = request.Query[name].FirstOrDefault();
        if (string.IsNullOrEmpty(text))
            return new Result<Guid?>(null, null);
        return Guid.TryParseExact(text, "D", out var id) ? new Result<Guid?>(id, null) : Refusals.Invalid(name, "An id is expected.");
    }

    /// <summary>Comma-separated or repeated names of an enum, in the API's spelling.</summary>
    public static Result<IReadOnlySet<T>?> Choices<T>(HttpRequest request, string name) where T : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(request);
        var texts = request.Query[name].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        if (texts.Count == 0)
            return new Result<IReadOnlySet<T>?>(null, null);
        var known = Enum.GetValues<T>().ToDictionary(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));
        return texts.All(known.ContainsKey)
            ? new Result<IReadOnlySet<T>?>(texts.Select(t => known[t]).ToHashSet(), null)
            : Refusals.Invalid(name, $"One of {string.Join(", ", known.Keys)} is expected.");
    }

    /// <summary>One name of an enum, in the API's spelling; null where none is given.</summary>
    public static Result<T?> Choice<T>(HttpRequest request, string name) where T : struct, Enum
    {
        var choices = Choices<T>(request, name);
        return choices.Refusal is { } refusal ? refusal
            : choices.Value is null ? new Result<T?>(null, null)
            : choices.Value.Count == 1 ? new Result<T?>(choices.Value.First(), null)
            : Refusals.Invalid(name, "One value is expected.");
    }
}
