namespace AgentApprovals.Console.Layout;

/// <summary>What the STOP of the bar opens with: the agent and session that the page is about.</summary>
public sealed class StopTarget
{
    public event Action? Changed;

    public string Address { get; private set; } = "/stop";

    public void Set(Domain.AgentId? agent, Domain.SessionId? session = null)
    {
        var address = agent is null ? "/stop" : session is null ? $"/stop?agent={agent}" : $"/stop?agent={agent}&session={session}";
        if (address == Address)
            return;
        Address = address;
        Changed?.Invoke();
    }
}
