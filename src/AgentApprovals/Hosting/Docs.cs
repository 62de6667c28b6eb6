using AgentApprovals.Domain;
using AgentApprovals.Domain.Policies;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AgentApprovals.Hosting;

/// <summary>The API's own description: OpenAPI 3.1 at <c>/openapi/v1.json</c>, for people at <c>/docs</c>.</summary>
internal static class Docs
{
    public static IServiceCollection AddDocs(this IServiceCollection services)
    {
        // Schemas are made from the same options that answers are written with.
        services.ConfigureHttpJsonOptions(o =>
        {
            foreach (var converter in Api.Json.Converters)
                o.SerializerOptions.Converters.Add(converter);
        });
        return services.AddOpenApi("v1", o =>
        {
            o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            o.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "AgentApprovals",
                    Version = "v1",
                    Description = "A console that puts a person between an AI agent and the consequences of what it does. Errors are application/problem+json with a stable code.",
                };
                document.Components ??= new();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "aak_ opens sessions, aas_ is an agent's run, aap_ a person's token." },
                };
                return Task.CompletedTask;
            });
            o.AddSchemaTransformer((schema, context, _) =>
            {
                Describe(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            });
        });
    }

    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference("/docs", (o, context) => o.WithTitle("AgentApprovals API").DisableDefaultFonts().WithNonce(Console.BrowserGuards.DocsNonce(context)));
    }

    /// <summary>Value types with converters of their own would otherwise be any value.</summary>
    private static void Describe(OpenApiSchema schema, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(Moment))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
        else if (type == typeof(ActionId) || type == typeof(AgentId) || type == typeof(SessionId) || type == typeof(StopId) || type == typeof(PersonId) || type == typeof(CredentialId))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "uuid");
        else if (type == typeof(Requirement))
            (schema.Type, schema.Description) = (JsonSchemaType.Array, "Alternatives, each a list of parts {from, count} that must all be met.");
    }
}
