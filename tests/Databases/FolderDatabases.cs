namespace AgentApprovals.Databases;

/// <summary>Databases on a server, one to a folder, whose name stands in a file there.</summary>
/// <param name="migrate">Brings the database to which this leads up to date.</param>
internal sealed class FolderDatabases(ITestServer server, Action<string> migrate)
{
    private readonly Lazy<string> _template = new(() => Made(server, migrate));

    /// <summary>Leads to the database of a folder, which is made, migrated and empty, where there is none.</summary>
    public string Of(string folder)
    {
        var file = NameFile(folder);
        if (!File.Exists(file))
        {
            var name = server.Copies ? NewName() : Made(server, migrate);
            if (server.Copies)
                server.Create(name, _template.Value);
            File.WriteAllText(file, name);
        }

        return server.ConnectionString(File.ReadAllText(file));
    }

    /// <summary>Takes a folder away, and the database with it.</summary>
    public void Drop(string folder)
    {
        server.Drop(File.ReadAllText(NameFile(folder)));
        Directory.Delete(folder, recursive: true);
    }

    private static string Made(ITestServer server, Action<string> migrate)
    {
        var name = NewName();
        server.Create(name);
        migrate(server.ConnectionString(name));
        server.Release(name);
        return name;
    }

    private static string NameFile(string folder) => Path.Combine(folder, "database");

    private static string NewName() => $"test_{Guid.NewGuid():N}";
}
