using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Policies;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentApprovals.Hosting;

/// <summary>Schemas that say what is served: value types with converters of their own, and what a request may leave out.</summary>
internal static class DocsSchemas
{
    private static readonly Type[] Ids = [typeof(ActionId), typeof(AgentId), typeof(SessionId), typeof(StopId), typeof(BurstId), typeof(PersonId), typeof(CredentialId), typeof(WebhookId), typeof(ConnectorId)];

    /// <summary>Bodies whose items are read more leniently than they are shown: what is left out has its default.</summary>
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(Rule)] = ["name", "mode"],
        [typeof(RuleMatch)] = [],
        [typeof(BurstLimit)] = [],
        [typeof(RuleBudget)] = [],
        [typeof(ActionTypeDocument)] = ["name"],
        [typeof(Agents.PermissionDocument)] = ["type", "resource"],
        [typeof(Domain.Agents.AgentLimits)] = [],
    };

    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(Moment))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
        else if (type == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String | (context.JsonTypeInfo.Type == type ? 0 : JsonSchemaType.Null);
        else if (Ids.Contains(type))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "uuid");
        else if (type == typeof(Requirement))
            Describe(schema);
        else if (Required.TryGetValue(type, out var required))
            schema.Required = required.ToHashSet();
        else if (type.Name.EndsWith("Request", StringComparison.Ordinal))
            schema.Required = context.JsonTypeInfo.Properties.Where(IsRequired).Select(p => p.Name).ToHashSet();
        return Task.CompletedTask;
    }

    private static void Describe(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Array;
        schema.Description = "Alternatives, each a list of parts that must all be met: `count` people of a role, or of `group:` and a name. One person fills one part.";
        schema.MinItems = 1;
        schema.Items = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            MinItems = 1,
            Items = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "from", "count" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["from"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["count"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "10" },
                },
            },
        };
    }

    /// <summary>A request needs what can't be null.</summary>
    private static bool IsRequired(JsonPropertyInfo property) => property.AttributeProvider is PropertyInfo it
        && Nullable.GetUnderlyingType(it.PropertyType) is null
        && new NullabilityInfoContext().Create(it).WriteState != NullabilityState.Nullable;
}
