namespace AgentApprovals.Runner.Cages;

/// <summary>What is to run in a cage.</summary>
internal sealed record Launch
{
    /// <summary>The program, as a path, and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The child's whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Files and folders that the child must not see, free of symbolic links: the key's file under each of its names, the runner's own records.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>The one socket that an isolated child reaches; null where it keeps the host's network.</summary>
    public string? Outlet { get; init; }

    /// <summary>A trial: its streams go nowhere, what it complains of is kept.</summary>
    public bool Trial { get; init; }

    /// <summary>Something that starts a child of its own and lasts, for a trial.</summary>
    public static Launch ForTrial(IReadOnlyList<string>? hidden = null, string? outlet = null) => new()
    {
        Command = ["/bin/sh", "-c", "sleep 60 & exec sleep 60"],
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
        WorkingDirectory = "/",
        Hidden = hidden ?? [],
        Outlet = outlet,
        Trial = true,
    };
}
