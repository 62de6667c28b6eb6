using System.Globalization;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentApprovals.Hosting;

/// <summary>What every operation has beside its body: who may call it, its query values and headers, and the problems it can answer.</summary>
internal static class DocsOperations
{
    private static readonly (string Name, JsonSchemaType Type, string What) Days = ("days", JsonSchemaType.Integer, "1 to 365 days, today included; 30 by default.");

    private static readonly (string Name, JsonSchemaType Type, string What)[] Agents =
    [
        ("q", JsonSchemaType.String, "Beginnings of words of its name, display name, owner or labels; an agent has each of them."),
        ("state", JsonSchemaType.String, "One or more states, comma-separated."), ("sort", JsonSchemaType.String, "newest (default), name or risk; risk takes a Manager or an Administrator, as the next two do."),
        ("risk", JsonSchemaType.String, "low, medium, high or critical."), ("registeredFrom", JsonSchemaType.String, "A UTC day, such as 2026-11-28."), ("registeredTo", JsonSchemaType.String, "Included."), ("without", JsonSchemaType.String, "runner: need not run under one; use: hold permissions they did not use in 30 days; activity: did nothing in 30 days; gateway: the gateway executed nothing of theirs in 30 days; drill: no stop of it was ever tried."),
    ];

    private static readonly string[] Paged =
    [
        "actions", "bursts", "decisions", "observations", "sessions", "stops", "stops/{id}/sessions", "agents", "agents/{id}/keys", "actions/{id}/messages", "people", "people/{id}/tokens", "ledger", "webhooks", "webhooks/{id}/deliveries", "connectors",
    ];

    private static readonly Dictionary<string, (string Name, JsonSchemaType Type, string What)[]> Queries = new()
    {
        ["GET actions"] =
        [
            ("status", JsonSchemaType.String, "One or more statuses, comma-separated: as they hold now."), ("type", JsonSchemaType.String, "That very type."),
            ("agentId", JsonSchemaType.String, ""), ("sessionId", JsonSchemaType.String, ""), ("burstId", JsonSchemaType.String, ""),
            ("directed", JsonSchemaType.String, "none, claimed, confirmed or disowned; several comma-separated."), ("inBurst", JsonSchemaType.Boolean, "Whether they were gathered into a burst."),
            ("ruled", JsonSchemaType.Boolean, "false: no rule matched, so that the built-in default held them."), ("permitted", JsonSchemaType.Boolean, "false: no permission covered them."),
            ("unanswered", JsonSchemaType.Boolean, "true: they expired because no person decided."), ("decidedAfterSeconds", JsonSchemaType.Integer, "People decided, and took at least so long; 0: whatever they took."),
            ("submittedFrom", JsonSchemaType.String, "A UTC day, such as 2026-11-28."), ("submittedTo", JsonSchemaType.String, "Included."),
            ("endedFrom", JsonSchemaType.String, "The UTC day on which they came to the status that they stay in."), ("endedTo", JsonSchemaType.String, "Included."),
        ],
        ["GET observations"] = [("agentId", JsonSchemaType.String, ""), ("covered", JsonSchemaType.Boolean, "false: bypasses.")],
        ["GET bursts"] = [("agentId", JsonSchemaType.String, ""), ("openedFrom", JsonSchemaType.String, "A UTC day, such as 2026-11-28."), ("openedTo", JsonSchemaType.String, "Included.")],
        ["GET stops"] = [("orderedFrom", JsonSchemaType.String, "A UTC day, such as 2026-11-28."), ("orderedTo", JsonSchemaType.String, "Included.")],
        ["GET decisions"] =
        [
            ("personId", JsonSchemaType.String, "What this person said; one's own takes no role, everybody's a Manager or an Administrator."), ("verdict", JsonSchemaType.String, "approve or deny."),
            ("only", JsonSchemaType.String, "said (default): each decision once; hurried: those made sooner than the payload can be read; agreed, differed: one for each other person who said the same, or otherwise."),
            ("hour", JsonSchemaType.Integer, "0 to 23: the UTC hour."), ("from", JsonSchemaType.String, "A UTC day, such as 2026-11-28."), ("to", JsonSchemaType.String, "Included."),
        ],
        ["GET actions/{id}"] = [("wait", JsonSchemaType.Integer, "1 to 60 seconds: answers as soon as the status is neither pending nor approved. The header Prefer: wait=30 (RFC 7240) means the same.")],
        ["POST actions"] = [("dryRun", JsonSchemaType.Boolean, "Answers 200 with what would happen, and changes nothing.")],
        ["GET sessions"] = [("state", JsonSchemaType.String, "One or more states, comma-separated."), ("agentId", JsonSchemaType.String, "")],
        ["GET agents"] = Agents,
        ["GET agents/export"] = Agents,
        ["GET policies"] = [("version", JsonSchemaType.Integer, "An earlier version.")],
        ["GET agents/{id}/risk"] = [Days],
        ["GET agents/{id}/permissions/audit"] = [Days],
        ["GET risk"] = [Days],
        ["GET people/{id}/load"] = [Days],
        ["GET risk/export"] = [Days],
        ["GET agents/{id}/risk/export"] = [Days],
        ["GET ledger"] = [("after", JsonSchemaType.Integer, "Entries after this sequence."), ("actionId", JsonSchemaType.String, ""), ("sessionId", JsonSchemaType.String, "")],
        ["GET ledger/verify"] = [("from", JsonSchemaType.Integer, "First sequence; 1 by default."), ("to", JsonSchemaType.Integer, "Last sequence; the head by default.")],
    };

    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var path = (context.Description.RelativePath ?? "").Trim('/');
        path = path.StartsWith("api/v1/", StringComparison.Ordinal) ? path["api/v1/".Length..] : path;
        var method = context.Description.HttpMethod ?? "";
        operation.OperationId = method.ToLowerInvariant() + string.Concat(path.Split('/', '-').Select(Pascal));
        Parameters(operation, method, path);
        Secure(operation, context);
        await ProblemsAsync(operation, context, method, path, cancel);
    }

    private static void Parameters(OpenApiOperation operation, string method, string path)
    {
        operation.Parameters ??= [];
        foreach (var (name, type, what) in Queries.GetValueOrDefault($"{method} {path}", []))
            operation.Parameters.Add(Parameter(name, ParameterLocation.Query, type, what));
        if (method == "GET" && Paged.Contains(path))
        {
            operation.Parameters.Add(Parameter("limit", ParameterLocation.Query, JsonSchemaType.Integer, "1 to 200; 50 by default."));
            operation.Parameters.Add(Parameter("cursor", ParameterLocation.Query, JsonSchemaType.String, "The nextCursor of the page before."));
        }

        if (path == "events")
            operation.Parameters.Add(Parameter("Last-Event-ID", ParameterLocation.Header, JsonSchemaType.Integer, "Resumes after the event with this id; without it, from now."));
        if (method == "POST" && (path == "actions" || path.EndsWith("/redeem", StringComparison.Ordinal)))
            operation.Parameters.Add(Parameter("Idempotency-Key", ParameterLocation.Header, JsonSchemaType.String, "1 to 128 printable ASCII characters: the same key and body are answered with the same thing."));
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, JsonSchemaType type, string what) =>
        new() { Name = name, In = place, Description = what.Length == 0 ? null : what, Schema = new OpenApiSchema { Type = type } };

    private static void Secure(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var policies = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Select(a => a.Policy).ToList();
        if (policies.Count == 0)
            return;
        operation.Security = [new() { [new OpenApiSecuritySchemeReference(Docs.Bearer, context.Document)] = [] }];
        if (policies.Contains(SecuritySetup.People) || policies.Contains(SecuritySetup.SessionsAndPeople))
            operation.Security.Add(new() { [new OpenApiSecuritySchemeReference(Docs.Cookie, context.Document)] = [] });
    }

    private static async Task ProblemsAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, string method, string path, CancellationToken cancel)
    {
        var schema = await ProblemSchemaAsync(context, cancel);
        operation.Responses ??= [];
        foreach (var status in Statuses(method, path, operation.RequestBody is not null || operation.Parameters is { Count: > 0 }))
        {
            var problem = new OpenApiResponse
            {
                Description = status == 0 ? "What else can go wrong." : Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = schema } },
            };
            operation.Responses.TryAdd(status == 0 ? "default" : status.ToString(CultureInfo.InvariantCulture), problem);
        }

        if (method == "POST" && path == "actions" && operation.Responses.TryGetValue("201", out var created))
            operation.Responses.TryAdd("200", new OpenApiResponse { Description = "With dryRun: what would happen.", Content = created.Content });
    }

    private static IEnumerable<int> Statuses(string method, string path, bool canBeInvalid)
    {
        var writes = method != "GET";
        if (canBeInvalid)
            yield return 400;
        yield return 401;
        yield return 403;
        if (path.Contains('{', StringComparison.Ordinal) || (path == "policies" && !writes))
            yield return 404;
        if (writes)
            yield return 409;
        if (writes && method != "DELETE")
        {
            yield return 413;
            yield return 415;
        }

        if (method == "POST" && (path == "actions" || path.EndsWith("/redeem", StringComparison.Ordinal)))
            yield return 422;
        if (path == "events" || (method == "POST" && path is "actions" or "sessions"))
            yield return 429;
        yield return 503;
        yield return 0;
    }

    private static async Task<IOpenApiSchema> ProblemSchemaAsync(OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        const string name = "Problem";
        if (context.Document is { } document && document.Components?.Schemas?.ContainsKey(name) != true)
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDocument), null, cancel);
            schema.Required = new HashSet<string> { "type", "title", "status", "detail", "code" };
            document.AddComponent(name, schema);
        }

        return new OpenApiSchemaReference(name, context.Document);
    }

    private static string Pascal(string segment)
    {
        var word = segment.Trim('{', '}');
        return word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];
    }

    /// <param name="Code">Stable, as the contract lists it.</param>
    /// <param name="Errors">For 400: field to messages.</param>
    /// <param name="Instructions">For <c>instructions_stale</c>: the standing instructions as they are now.</param>
    private sealed record ProblemDocument(string Type, string Title, int Status, string Detail, string Code, IReadOnlyDictionary<string, string[]>? Errors, Client.InstructionsDocument? Instructions);
}
