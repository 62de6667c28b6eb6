namespace AgentApprovals.Console.Layout;

/// <summary>
/// What the STOP of the bar opens with: the agent and session that the page is about. A page that is left is gone only after the
/// next one is there, so each says in whose name it speaks, and takes back no more than its own.
/// </summary>
public sealed class StopTarget
{
    public event Action? Changed;

    private object? _page;

    public string Address { get; private set; } = "/stop";

    public void Set(object page, Domain.AgentId? agent, Domain.SessionId? session = null)
    {
        _page = page;
        var address = agent is null ? "/stop" : session is null ? $"/stop?agent={agent}" : $"/stop?agent={agent}&session={session}";
        if (address == Address)
            return;
        Address = address;
        Changed?.Invoke();
    }

    public void Leave(object page)
    {
        if (_page == page)
            Set(page, null);
    }
}
