namespace AgentApprovals.Domain.Json;

// CanonicalJson.cs is the client's too, where it must be nobody else's: a program that uses both would find two of them.
public static partial class CanonicalJson;
