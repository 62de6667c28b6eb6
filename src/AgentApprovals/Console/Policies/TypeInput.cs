using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Console.Policies;

/// <summary>An entry of the catalogue while it is typed.</summary>
public sealed class TypeInput
{
    public string Name { get; set; } = "";
    public string Title { get; set; } = "";
    public string Sensitivity { get; set; } = "50";
    public bool Reversible { get; set; }
    public string PayloadSchema { get; set; } = "";
    public string AudiencePath { get; set; } = "";
    public string Compensation { get; set; } = "";

    public static TypeInput Of(ActionType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new()
        {
            Name = type.Name,
            Title = type.Title,
            Sensitivity = type.Sensitivity.ToString(CultureInfo.InvariantCulture),
            Reversible = type.Reversible,
            PayloadSchema = type.PayloadSchema ?? "",
            AudiencePath = type.AudiencePath ?? "",
            Compensation = type.Compensation ?? "",
        };
    }

    public JsonObject ToJson() => new()
    {
        ["name"] = Name.Trim(),
        ["title"] = Blank(Title),
        ["sensitivity"] = FormBody.Number(Sensitivity),
        ["reversible"] = Reversible,
        ["payloadSchema"] = Schema(),
        ["audiencePath"] = Blank(AudiencePath),
        ["compensation"] = Blank(Compensation),
    };

    /// <summary>The catalogue in the API's form, this entry in its place among the others.</summary>
    public static JsonObject Body(IEnumerable<ActionType> items, int at, TypeInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        List<JsonNode?> all = [.. items.Select(i => JsonSerializer.SerializeToNode(ActionTypeReader.Shown(i), RowFacts.Json))];
        if (at < all.Count)
            all[at] = input.ToJson();
        else
            all.Add(input.ToJson());
        return new() { ["items"] = new JsonArray([.. all]) };
    }

    /// <summary>What is no JSON goes as text, which the reader refuses under the field's name.</summary>
    private JsonNode? Schema()
    {
        if (PayloadSchema.Trim().Length == 0)
            return null;
        try
        {
            return JsonNode.Parse(PayloadSchema);
        }
        catch (JsonException)
        {
            return PayloadSchema;
        }
    }

    private static string? Blank(string typed) => typed.Trim() is { Length: > 0 } text ? text : null;
}
