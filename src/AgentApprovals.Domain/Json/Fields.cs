using System.Text.Json;

namespace AgentApprovals.Domain.Json;

/// <summary>
/// Reads a request's members one by one and gathers every fault under its field's path, so that bad input is told all at
/// once. What is left out has its default; unknown members are ignored.
/// </summary>
public sealed partial class Fields
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly Dictionary<string, List<string>> _faults;

    public Fields(JsonElement body) : this(body, "", [])
    {
    }

    private Fields(JsonElement body, string path, Dictionary<string, List<string>> faults)
    {
        (_object, _path, _faults) = (body, path, faults);
        if (body.ValueKind != JsonValueKind.Object)
            Fault("", "An object is expected.");
    }

    /// <summary>All of it, as it was sent.</summary>
    public JsonElement Value => _object;

    public bool IsValid => _faults.Count == 0;

    public IReadOnlyDictionary<string, string[]> Faults => _faults.ToDictionary(f => f.Key, f => f.Value.ToArray());

    public Ledger.Refusal Refusal => Ledger.Refusals.Invalid(Faults);

    public bool Has(string name) => TryGet(name, out _);

    /// <summary>Whether the member is there and null: a merge patch (RFC 7396) takes it back to its default.</summary>
    public bool Resets(string name) =>
        _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public void Fault(string name, string message)
    {
        var path = name.Length == 0 ? (_path.Length == 0 ? "$" : _path) : _path.Length == 0 ? name : $"{_path}.{name}";
        if (!_faults.TryGetValue(path, out var messages))
            _faults[path] = messages = [];
        messages.Add(message);
    }

    /// <summary>The member, also where it is null; a fault where it is missing.</summary>
    public JsonElement? Any(string name)
    {
        if (_object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value))
            return value;
        Fault(name, "It is required.");
        return null;
    }

    public string? Text(string name, int most, bool required = false, int least = 0)
    {
        if (!TryGet(name, out var value))
        {
            if (required)
                Fault(name, "It is required.");
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Fault(name, "A string is expected.");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length > most)
            Fault(name, $"At most {most} characters.");
        else if ((required || least > 0) && text.Trim().Length < Math.Max(1, least))
            Fault(name, least > 1 ? $"At least {least} characters." : "It is empty.");
        return text;
    }

    public string RequiredText(string name, int most) => Text(name, most, required: true) ?? "";

    public int Integer(string name, int fallback, int least = 0, int most = int.MaxValue) => OptionalInteger(name, least, most) ?? fallback;

    public int? OptionalInteger(string name, int least = 0, int most = int.MaxValue)
    {
        if (!TryGet(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var n) && n == Math.Truncate(n) && n >= least && n <= most)
            return (int)n;
        Fault(name, most == int.MaxValue ? $"An integer of at least {least} is expected." : $"An integer from {least} to {most} is expected.");
        return null;
    }

    public bool Flag(string name, bool fallback = false)
    {
        if (!TryGet(name, out var value))
            return fallback;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fault(name, "true or false is expected.");
        return fallback;
    }

    public Moment? Time(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        // Without its offset a time means another instant on another machine.
        if (value.ValueKind == JsonValueKind.String && Offset().IsMatch(value.GetString()!) && value.TryGetDateTimeOffset(out var time))
            return Moment.From(time);
        Fault(name, "An RFC 3339 time is expected, such as 2026-11-23T02:10:00.000Z.");
        return null;
    }

    /// <summary>One of the names of an enum in the API's spelling (camelCase); an unknown one is refused.</summary>
    public T? Choice<T>(string name, bool required = false) where T : struct, Enum
    {
        if (!TryGet(name, out var value))
        {
            if (required)
                Fault(name, "It is required.");
            return null;
        }

        foreach (var choice in Enum.GetValues<T>())
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() == JsonNamingPolicy.CamelCase.ConvertName(choice.ToString()))
                return choice;
        }

        Fault(name, $"One of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))} is expected.");
        return null;
    }

    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> fallback, int most = 500, int mostItems = 200)
    {
        if (!TryGet(name, out var value))
            return fallback;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.String))
        {
            Fault(name, "A list of strings is expected.");
            return fallback;
        }

        var texts = value.EnumerateArray().Select(i => i.GetString()!).ToList();
        if (texts.Count > mostItems)
            Fault(name, $"At most {mostItems} items.");
        if (texts.Any(t => t.Length > most || t.Length == 0))
            Fault(name, $"Each item has 1 to {most} characters.");
        return texts;
    }

    /// <summary>A member that is an object; null where it is left out or null.</summary>
    public Fields? Object(string name) => TryGet(name, out var value) ? new(value, Path(name), _faults) : null;

    /// <summary>The items of a member that is a list of objects; none, with a fault, where it is something else.</summary>
    public IReadOnlyList<Fields> Objects(string name, int most, bool required = true)
    {
        if (!TryGet(name, out var value))
        {
            if (required)
                Fault(name, "It is required.");
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Fault(name, "A list is expected.");
            return [];
        }

        if (value.GetArrayLength() > most)
        {
            Fault(name, $"At most {most} items.");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => new Fields(item, $"{Path(name)}[{i}]", _faults))];
    }

    /// <summary>The member's raw value; false where it is left out or null.</summary>
    public bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"T.*(Z|[+-]\d\d:\d\d)\z", System.Text.RegularExpressions.RegexOptions.CultureInvariant)]
    private static partial System.Text.RegularExpressions.Regex Offset();

    private string Path(string name) => _path.Length == 0 ? name : $"{_path}.{name}";
}
