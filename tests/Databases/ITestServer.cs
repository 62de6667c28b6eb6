namespace AgentApprovals.Databases;

/// <summary>A database server on which tests make databases of their own.</summary>
internal interface ITestServer
{
    /// <summary>Whether it makes a database as a copy of another in no time.</summary>
    bool Copies { get; }

    /// <summary>What leads to a database of that name, with a pool that leaves connections to the others.</summary>
    string ConnectionString(string database);

    /// <summary>Makes a database: empty, or, where the server <see cref="Copies"/>, as a copy of one to which nobody is connected.</summary>
    void Create(string database, string? template = null);

    /// <summary>Gives up the pooled connections to it.</summary>
    void Release(string database);

    /// <summary>Takes it away, whoever is still connected.</summary>
    void Drop(string database);
}

/// <summary>There is no server of this kind here; the message says what was looked for.</summary>
public sealed class NoServerException(string message) : Exception(message);
