namespace AgentApprovals.Runner.Commands;

/// <summary>The runner's own words: few, and on standard error, for standard output is the child's.</summary>
internal static class Messages
{
    public static void Write(string text)
    {
        try
        {
            Console.Error.WriteLine($"agent-runner: {text}");
        }
        catch (IOException)
        {
            // Nobody reads any more; a kill does not fail of that.
        }
    }
}
