using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentApprovals.Client;

/// <summary>JSON as the API has it, read strictly: an unknown word, a missing member or one that is there twice is no answer to act on.</summary>
public static class WireJson
{
    /// <summary>For the documents of this package.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            AllowDuplicateProperties = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new WireTime() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
