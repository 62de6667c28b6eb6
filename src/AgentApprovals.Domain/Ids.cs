namespace AgentApprovals.Domain;

/// <summary>Public ids are UUID version 7 (RFC 9562), minted by the ledger writer; they sort in ledger order.</summary>
public readonly record struct ActionId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct AgentId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct SessionId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct StopId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct PersonId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <summary>An agent key or a person's token.</summary>
public readonly record struct CredentialId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct BurstId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct WebhookId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct ObservationId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <inheritdoc cref="ActionId"/>
public readonly record struct ConnectorId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}
