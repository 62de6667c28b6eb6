using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AgentApprovals.Hosting;

/// <summary>The API's own description: OpenAPI 3.1 at <c>/openapi/v1.json</c>, for people at <c>/docs</c>.</summary>
internal static class Docs
{
    public const string Bearer = "bearer";
    public const string Cookie = "cookie";

    public static IServiceCollection AddDocs(this IServiceCollection services)
    {
        // Schemas are made from the same options that answers are written with.
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            foreach (var converter in Api.Json.Converters)
                o.SerializerOptions.Converters.Add(converter);
        });
        return services.AddOpenApi("v1", o =>
        {
            o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            o.AddSchemaTransformer(DocsSchemas.DescribeAsync);
            o.AddOperationTransformer(DocsOperations.DescribeAsync);
            o.AddDocumentTransformer((document, _, _) =>
            {
                Introduce(document);
                return Task.CompletedTask;
            });
        });
    }

    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference("/docs", (o, context) => o.WithTitle("AgentApprovals API").DisableDefaultFonts().WithNonce(Console.BrowserGuards.DocsNonce(context)));
    }

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "AgentApprovals",
            Version = "v1",
            Description = """
                A console that puts a person between an AI agent and the consequences of what it does.

                Errors are application/problem+json (RFC 9457) with a stable `code`, and for 400 `errors` by field. Checks run in this order:
                401, 404, role 403, body 400, state 409, second person or group 403, digest 409. Lists are paged by `limit` and `cursor`.
                """,
        };
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "aak_: an agent's key, opens and renews sessions. aas_: a session's token, an agent's run. aap_: a person's token.",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "AgentApprovals",
                Description = "A person in the browser. What changes something needs the antiforgery token in X-CSRF-TOKEN as well.",
            },
        };
    }
}
