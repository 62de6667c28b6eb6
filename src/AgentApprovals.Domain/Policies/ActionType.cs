namespace AgentApprovals.Domain.Policies;

/// <summary>
/// An entry of the catalogue. <paramref name="Name"/> is exact or a pattern: the exact one counts, else the longest that matches.
/// </summary>
/// <param name="Sensitivity">0 to 100.</param>
/// <param name="PayloadSchema">JSON Schema of the payload, as JSON text.</param>
/// <param name="AudiencePath">Where in the payload its recipients or their count stand: a JSON Pointer (RFC 6901), or names after each other (<see cref="Json.PayloadPath"/>).</param>
/// <param name="Compensation">How to undo it, in words for a person.</param>
public sealed record ActionType(
    string Name,
    string Title,
    int Sensitivity,
    bool Reversible,
    string? PayloadSchema = null,
    string? AudiencePath = null,
    string? Compensation = null);
