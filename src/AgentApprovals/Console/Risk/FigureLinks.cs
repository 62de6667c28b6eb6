using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;

namespace AgentApprovals.Console.Risk;

/// <summary>Where the lists behind figures are: of the same days as the figure, and of one agent where it is of one.</summary>
/// <param name="Days">The days that the figure is of.</param>
public sealed record FigureLinks(DaySpan Days, AgentId? Agent = null)
{
    private string Actions => Agent is { } agent ? $"/agents/{agent}?tab=actions" : "/actions";

    public string Bursts => With(Agent is { } agent ? $"/bursts?agent={agent}" : "/bursts", Span("from", "to"));

    /// <summary>What was asked for in these days.</summary>
    /// <param name="narrowed">As it stands in the address of a list of actions.</param>
    public string Asked(string? narrowed = null) => With(Actions, narrowed, Span("from", "to"));

    public string AskedOf(string type) => Asked($"type={Uri.EscapeDataString(type)}");

    /// <summary>What came to its end in these days.</summary>
    public string Ended(string narrowed) => With(Actions, narrowed, Span("endedfrom", "endedto"));

    /// <summary>What became of it in these days, by a counter's name.</summary>
    public string Became(string status) => Ended($"status={status}");

    /// <summary>What people said in these days.</summary>
    public string Decisions(string? narrowed = null) => With("/decisions", narrowed, Span("from", "to"));

    /// <summary>What was stopped in these days.</summary>
    public string Stops => With("/stops", Span("from", "to"));

    /// <summary>Which agents were registered in these days.</summary>
    public string Registered => With("/agents", Span("registeredfrom", "registeredto"));

    public FigureLinks On(DateOnly day) => this with { Days = new(day, day) };

    private string Span(string from, string to) => string.Join('&', new[] { Day(from, Days.From), Day(to, Days.To) }.OfType<string>());

    private static string? Day(string name, DateOnly? day) => day is { } one ? $"{name}={DaySpan.Text(one)}" : null;

    private static string With(string path, params string?[] queries) => string.Join('&', queries.Where(q => !string.IsNullOrEmpty(q))) switch
    {
        "" => path,
        var query => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}",
    };
}
