using AgentApprovals.Console.Inbox;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace AgentApprovals.Console.Layout;

/// <summary>Somewhere to go. <paramref name="Detail"/> may be an agent's words.</summary>
/// <param name="IsPlain">A page outside the live ones: it is loaded anew.</param>
public sealed record PaletteItem(string Kind, string Title, string? Detail, string Href, bool IsPlain = false);

/// <summary>Finds pages, what waits, agents and whatever an id is of, among what the person may see.</summary>
public sealed class PaletteFinder(Reader reader, AgentLists agents, Board board, IStringLocalizer<Palette> text)
{
    private const int Most = 5;

    private static readonly (string Key, string Href, Roles Roles)[] Pages =
    [
        ("Inbox", "/", default), ("Actions", "/actions", default), ("Bursts", "/bursts", default), ("Decisions", "/decisions", Caller.Resumers), ("Sessions", "/sessions", default), ("Agents", "/agents", default), ("Fleet", "/risk", Caller.Resumers), ("Observations", "/observations", default),
        ("Stops", "/stops", default), ("Policies", "/policies", Caller.Seers), ("Catalogue", "/policies?tab=types", Caller.Seers), ("People", "/people", Roles.Administrator),
        ("Connectors", "/connectors", Roles.Administrator), ("Webhooks", "/webhooks", Roles.Administrator), ("Ledger", "/ledger", Roles.Administrator | Roles.Auditor), ("Account", "/account", default), ("Docs", "/docs", default),
    ];

    public async Task<IReadOnlyList<PaletteItem>> FindAsync(PersonState person, string typed)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(typed);
        var words = typed.Trim();
        if (Guid.TryParseExact(words, "D", out var id))
            return await OfIdAsync(person, id);
        var found = new List<PaletteItem>();
        found.AddRange(Pages.Where(p => p.Roles == default || person.Has(p.Roles)).Select(p => new PaletteItem("Page", text[p.Key], null, p.Href, p.Href is "/docs" or "/account" or "/stops"))
            .Where(p => words.Length == 0 || p.Title.Contains(words, StringComparison.OrdinalIgnoreCase)));
        if (words.Length == 0)
            return found;
        found.AddRange(board.Waiting.Where(v => person.MaySee(v.Action, v.Session, v.Agent) && $"{v.Action.Type} {v.Action.Resource} {v.Agent.Name}".Contains(words, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(v => v.Action.Risk.Score).Take(Most).Select(v => new PaletteItem("Waits", v.Action.Type, $"{v.Action.Resource} · {v.Agent.Name}", $"/?id={v.Action.Id}")));
        var named = (await agents.PageAsync(new(words), person, null, Most)).Items;
        found.AddRange(named.Select(a => new PaletteItem("Agent", a.Agent.DisplayName, a.Agent.Name, $"/agents/{a.Agent.Id}")));
        found.AddRange(named.Where(a => a.Agent.StoppedBy is null && !a.Agent.Retired).Select(a => new PaletteItem("Stop", text["StopAgent", a.Agent.Name], null, $"/stop?agent={a.Agent.Id}", IsPlain: true)));
        return found;
    }

    /// <summary>An id names one thing; what the person may not know of is not found.</summary>
    private Task<IReadOnlyList<PaletteItem>> OfIdAsync(PersonState person, Guid id) => reader.LookAsync<IReadOnlyList<PaletteItem>>(async db =>
    {
        if (await db.Actions.SingleOrDefaultAsync(a => a.Id == new ActionId(id)) is { } action)
        {
            var view = (await Reader.ViewAsync(db, [action], reader.Now)).Single();
            return person.MaySee(view.Action, view.Session, view.Agent) ? [new("Action", action.Type, action.Resource, $"/?id={id}")] : [];
        }

        if (await db.Sessions.SingleOrDefaultAsync(s => s.Id == new SessionId(id)) is { } session)
        {
            var agent = await db.Agents.SingleAsync(a => a.Sequence == session.AgentSequence);
            return person.MaySee(session, agent) ? [new("Session", agent.DisplayName, session.Purpose, $"/sessions/{id}")] : [];
        }

        if (await db.Agents.SingleOrDefaultAsync(a => a.Id == new AgentId(id)) is { } named)
            return person.MaySee(named) ? [new("Agent", named.DisplayName, named.Name, $"/agents/{id}")] : [];
        var isStop = person.Has(Caller.Seers) && await db.Stops.AnyAsync(s => s.Id == new StopId(id));
        return isStop ? [new("Receipt", text["Receipt"], null, $"/stops/{id}", IsPlain: true), new("Incident", text["Incident"], null, $"/incidents/{id}")] : [];
    });
}
