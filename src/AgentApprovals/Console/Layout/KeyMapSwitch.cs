namespace AgentApprovals.Console.Layout;

/// <summary>Whether the map of keys is shown, on whichever page one is.</summary>
public sealed class KeyMapSwitch
{
    public event Action? Changed;

    public bool IsOpen { get; private set; }

    public void Toggle()
    {
        IsOpen = !IsOpen;
        Changed?.Invoke();
    }
}
