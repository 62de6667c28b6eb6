using AgentApprovals.Client;

namespace AgentApprovals.Demo;

/// <summary>A simulated agent, as a program of its own: it knows the console's address and its key, and talks to the public API by the client like any agent.</summary>
/// <remarks><c>agent-approvals demo-agent URL inbox-keeper|forum-helper</c>, with its key in <c>AGENT_KEY</c>, or under a runner.</remarks>
/// <param name="key">Null under a runner, which has opened its session.</param>
public abstract class DemoAgent(AgentApprovalsClient console, string? key, Func<string, Task> say)
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs the one that is named, until its play is over.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var key = Environment.GetEnvironmentVariable("AGENT_KEY");
        // Of what it is refused, nothing is tried again but by the agent itself: that is what the demo shows.
        var options = new AgentApprovalsOptions { Address = args.Length > 0 && Uri.TryCreate(args[0], UriKind.Absolute, out var console) ? console : null, Retries = 0 };
        options.UseEnvironment();
        if (args.Length < 2 || options.Address is null || (key ?? options.SessionToken) is null || !Incident.All.Any(i => i.Agent == args[1]))
        {
            await System.Console.Error.WriteLineAsync($"Usage: AGENT_KEY=aak_… agent-approvals demo-agent http://localhost:5080 {string.Join('|', Incident.All.Select(i => i.Agent))}");
            return 64;
        }

        using var client = new AgentApprovalsClient(options);
        Func<string, Task> say = System.Console.Out.WriteLineAsync;
        if (args[1] == Incident.B.Agent)
        {
            using var dug = key is null ? await DugIn.StartAsync([args[1], args[0]], say) : null;
            await new InboxKeeper(client, key, say).RunAsync(CancellationToken.None);
        }
        else
            await new ForumHelper(client, options.Address, LeftKey.Find(), key, say).RunAsync(CancellationToken.None);
        return 0;
    }

    protected abstract Incident Plays { get; }

    protected Task SayAsync(string line) => say(line);

    protected Task<AgentSession> OpenAsync(string version, string? purpose = null) =>
        key is null ? console.StartAsync() : console.StartAsync(key, new(Plays.OnBehalfOf, purpose ?? Plays.Purpose, new(Plays.Agent, version)));

    /// <summary>Plays until it is over, and says which refusal ended it; null: none.</summary>
    protected static async Task<string?> PlayAsync(Func<Task> play)
    {
        ArgumentNullException.ThrowIfNull(play);
        try
        {
            await play();
            return null;
        }
        catch (AgentApprovalsException e)
        {
            return e.Code == ErrorCodes.Unreachable ? "console_gone" : e.Code;
        }
    }

    /// <summary>Goes ahead, released or not: <paramref name="done"/>, or the refusal's code. One after which no call is let in ends the play.</summary>
    protected static async Task<string> GoAheadAsync(AgentSession session, Guid action, string done, Action executed)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(executed);
        try
        {
            await session.RedeemAsync(action);
            executed();
            await session.ReportAsync(action, Client.Outcome.Succeeded);
            return done;
        }
        catch (AgentApprovalsException e) when (!Ends(e))
        {
            return e.Code;
        }
    }

    /// <summary>Whether no call will be let in after it.</summary>
    protected static bool Ends(AgentApprovalsException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.IsOver || refusal.Code is ErrorCodes.Unauthenticated or ErrorCodes.Unreachable;
    }

    protected static string Word(Client.ActionStatus status) => status.ToString().ToLowerInvariant();

    protected static string Line(InstructionsDocument? instructions) => (instructions?.Text ?? "").ReplaceLineEndings(" ");
}
