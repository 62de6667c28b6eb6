using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>The agent's runs, newest first, as far as the person may know of them.</summary>
public sealed partial class SessionsSection
{
    private HeldList<SessionView>? _list;
    private AgentView? _readFor;

    [Parameter, EditorRequired] public AgentView View { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_readFor, View))
            return;
        _readFor = View;
        var list = _list ?? new(
            (before, limit) => Reader.SessionsAsync(v => View.Person.MaySee(v.Session, v.Agent), View.Agent.Id, before, limit),
            v => v.Session.Sequence);
        await list.LookAsync();
        _list = list;
    }

    private static string ProgramOf(SessionState session) =>
        string.Join(" ", new[] { session.Client?.Name, session.Client?.Version, session.Client?.Model, session.Client?.Host }.Where(t => !string.IsNullOrWhiteSpace(t)));
}
