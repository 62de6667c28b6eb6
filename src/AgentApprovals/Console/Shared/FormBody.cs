using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;

namespace AgentApprovals.Console.Shared;

/// <summary>What was typed into a form, read as the API reads a body: by the same readers, with the same faults under the same names.</summary>
public static class FormBody
{
    private static readonly char[] Between = ['\n', '\r', ','];

    public static Result<T> Read<T>(JsonObject body, Func<Fields, T> read)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(read);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        if (bytes.Length > IJson.MaxBytes)
            return Problems.TooLarge;
        if (IJson.Check(bytes) is { } fault)
            return Refusals.Invalid(fault.Path.Length == 0 ? "$" : fault.Path, fault.Message);
        using var document = JsonDocument.Parse(bytes, new() { MaxDepth = IJson.MaxDepth });
        var fields = new Fields(document.RootElement.Clone());
        var value = read(fields);
        return fields.IsValid ? value : fields.Refusal;
    }

    /// <summary>A number as a number; anything else as what it is, which the reader refuses under the field's name.</summary>
    public static JsonNode Number(string? typed) =>
        long.TryParse(typed, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(typed ?? "");

    /// <summary>One item a line, or between commas.</summary>
    public static JsonArray List(string? typed) =>
        [.. (typed ?? "").Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(t => JsonValue.Create(t))];

    /// <summary>The faults of one field, and of what stands below it, as one text; null where it has none.</summary>
    public static string? Fault(this Refusal? refusal, string path)
    {
        var found = refusal?.Errors?.Where(e => e.Key == path || e.Key.StartsWith($"{path}.", StringComparison.Ordinal) || e.Key.StartsWith($"{path}[", StringComparison.Ordinal))
            .SelectMany(e => e.Value).Distinct().ToList();
        return found is { Count: > 0 } ? string.Join(" ", found) : null;
    }
}
