namespace AgentApprovals.Databases;

/// <summary>PostgreSQL's server programs on this machine, fetched from Debian's packages where there are none and we may.</summary>
internal static class PostgresPrograms
{
    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>: one of the PATH, else the newest of Debian's; null: none.</summary>
    public static string? Folder()
    {
        if (OperatingSystem.IsWindows())
            return null;
        DebianPackages.Fetch(() => Find() is not null, "postgresql");
        return Find();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(Installed().OrderByDescending(p => int.TryParse(Path.GetFileName(p), out var version) ? version : 0).Select(p => Path.Combine(p, "bin")))
        .Select(WithoutLinks)
        .FirstOrDefault(p => File.Exists(Path.Combine(p, "initdb")) && File.Exists(Path.Combine(p, "postgres")));

    private static string[] Installed() => Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];

    /// <summary>A link to the server alone leads to the folder where the others are.</summary>
    private static string WithoutLinks(string folder) =>
        folder.Length > 0 && new FileInfo(Path.Combine(folder, "postgres")) is { Exists: true } server
            ? Path.GetDirectoryName(server.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? server.FullName)!
            : folder;
}
