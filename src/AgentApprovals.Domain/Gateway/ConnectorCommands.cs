using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Gateway;

/// <summary>A new target. Its credential comes encrypted.</summary>
public sealed record CreateConnector(Actor Actor, ConnectorInput Input, ReadOnlyMemory<byte>? EncryptedCredential) : Command<ConnectorState>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<ConnectorState> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (Input.Placement != CredentialPlacement.None && EncryptedCredential is null)
            return Refusals.Invalid("credential.value", "It is required.");
        if (ConnectorSetup.IsTaken(world, Input.Name, null))
            return Refusals.NameTaken($"There is a connector named {Input.Name} already.");
        var by = caller.Value!;
        var connector = world.Append(world.Connectors, Kinds.ConnectorCreated, by.Stamp, default, new ConnectorState
        {
            Id = new(world.NewId()),
            Name = Input.Name,
            Kind = Input.Kind,
            BaseAddress = Input.BaseAddress,
            Placement = Input.Placement,
            CredentialName = Input.CredentialName,
            CredentialSequence = EncryptedCredential is null ? null : world.NextSequence,
            HoldSeconds = Input.HoldSeconds,
            Rules = Input.Rules,
            Version = 1,
            MadeBy = by.Person.Id,
            MadeByName = by.Person.DisplayName,
            CreatedAt = world.Now,
        });
        if (EncryptedCredential is { } credential)
            world.Attach(ContentPart.Credential, credential);
        return connector;
    }
}

/// <summary>
/// Replaces all of a connector but its id. A credential that is not given anew stays, as long as it goes to the same place in the same
/// manner: whoever may change an address must not so learn what was only ever written.
/// </summary>
public sealed record ReplaceConnector(Actor Actor, ConnectorId Id, ConnectorInput Input, ReadOnlyMemory<byte>? EncryptedCredential) : Command<ConnectorState>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<ConnectorState> Decide(World world)
    {
        var found = ConnectorSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, connector) = found.Value;
        if (Input.Placement != CredentialPlacement.None && EncryptedCredential is null && ConnectorSetup.WhyAnew(connector, Input) is { } why)
            return Refusals.Invalid("credential.value", why);
        if (Input.Version is { } version && version != connector.Version)
            return Refusals.StaleVersion;
        if (ConnectorSetup.IsTaken(world, Input.Name, connector))
            return Refusals.NameTaken($"There is a connector named {Input.Name} already.");
        connector = world.Append(world.Connectors, Kinds.ConnectorReplaced, by.Stamp, default, connector with
        {
            Name = Input.Name,
            Kind = Input.Kind,
            BaseAddress = Input.BaseAddress,
            Placement = Input.Placement,
            CredentialName = Input.CredentialName,
            CredentialSequence = Input.Placement == CredentialPlacement.None ? null : EncryptedCredential is null ? connector.CredentialSequence : world.NextSequence,
            HoldSeconds = Input.HoldSeconds,
            Rules = Input.Rules,
            Version = connector.Version + 1,
        });
        if (Input.Placement != CredentialPlacement.None && EncryptedCredential is { } credential)
            world.Attach(ContentPart.Credential, credential);
        return connector;
    }
}

/// <summary>Nothing goes there any more, also of what was approved.</summary>
public sealed record DeleteConnector(Actor Actor, ConnectorId Id) : Command<Done>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<Done> Decide(World world)
    {
        var found = ConnectorSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, connector) = found.Value;
        world.Append(world.Connectors, Kinds.ConnectorDeleted, by.Stamp, default, connector with { Status = ConnectorStatus.Deleted, EndedAt = world.Now });
        return default(Done);
    }
}

/// <summary>What setting connectors up takes alike.</summary>
public static class ConnectorSetup
{
    /// <summary>Why the credential has to be given with this change; null where the one that is there may stay.</summary>
    public static string? WhyAnew(ConnectorState connector, ConnectorInput input)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(input);
        if (connector.CredentialSequence is null)
            return "It is required.";
        return Authority(connector.BaseAddress) != Authority(input.BaseAddress) || connector.Placement != input.Placement || connector.CredentialName != input.CredentialName
            ? "With another host, placement or name it has to be given anew: the one that is there was given for where it goes now."
            : null;
    }

    /// <summary>Scheme, host and port: where a credential may be sent.</summary>
    public static string Authority(string address) => new Uri(address).GetLeftPart(UriPartial.Authority);

    internal static bool IsTaken(World world, string name, ConnectorState? by) =>
        world.Connectors.All.Any(c => c.Status == ConnectorStatus.Active && c.Name == name && c.Sequence != by?.Sequence);

    /// <summary>The administrator behind an actor, and a connector that is not deleted.</summary>
    internal static Result<(Caller By, ConnectorState Connector)> Find(World world, Actor actor, ConnectorId id)
    {
        var caller = Caller.Of(world, actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        return world.Connectors.Find(id.Value) is { Status: ConnectorStatus.Active } connector ? (caller.Value!, connector) : Refusals.NotFound;
    }
}
