using AgentApprovals.Actions;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;

namespace AgentApprovals.Gateway;

/// <summary>An agent's request that needs approval, read into what people are asked.</summary>
internal static class GatewayAsk
{
    /// <summary>Why the agent asks, in its own words, as <c>reason</c> of <c>POST /actions</c>; this and the next two go to no target.</summary>
    public const string Reason = "Agent-Approvals-Reason";
    public const string DirectedBy = "Agent-Approvals-Directed-By";
    public const string InstructionsDigest = "Agent-Approvals-Instructions-Digest";

    private const int MostSummary = 200;
    private const int MostResource = 500;

    /// <summary>The submission that the request is.</summary>
    public static async Task<Result<Submit>> ReadAsync(HttpContext context, SessionActor actor, ConnectorState connector, GatewayPath path, string query, ConnectorRule rule, IReadOnlyList<string> found)
    {
        var request = context.Request;
        var faults = new Fields(System.Text.Json.JsonElement.Parse("{}"));
        var headers = Headers(request, connector, faults);
        var bytes = await RequestBody.ReadBytesAsync(context);
        if (bytes.Refusal is { } tooLarge)
            return tooLarge;
        var body = StoredBody.Read(bytes.Value, headers.GetValueOrDefault("content-type"), out var fault);
        if (fault is not null)
            faults.Fault("body", fault);
        var resource = rule.ResourceFor(found);
        if (resource.Length > MostResource)
            faults.Fault("resource", $"At most {MostResource} characters.");
        var (reason, directedBy) = (Word(request, Reason, 4000, faults), Word(request, DirectedBy, 254, faults));
        if (directedBy is not null && !Email.IsPlausible(directedBy))
            faults.Fault(DirectedBy, "An e-mail address is expected.");
        var digest = Word(request, InstructionsDigest, 200, faults);
        var payload = new StoredRequest(request.Method, path, query, headers, body ?? StoredBody.None).ToPayload();
        var key = Idempotency.Of(request, faults, $"{actor.Session} gateway {connector.Name}", payload.Value);
        if (!faults.IsValid)
            return faults.Refusal;
        if (payload.Canonical.Length > IJson.MaxBytes)
            return Problems.TooLarge;
        return new Submit
        {
            Actor = actor,
            Type = rule.ActionType!,
            Resource = resource,
            Summary = Short($"{request.Method} {path.Decoded}"),
            Reason = reason,
            Payload = payload,
            DirectedBy = directedBy,
            InstructionsDigest = digest,
            Key = key,
            Through = (new(connector.Sequence, connector.Name, connector.BaseAddress), connector.Version),
        };
    }

    /// <summary>How long to hold the request open: as it prefers (RFC 7240), or else as the connector says.</summary>
    public static long HoldSeconds(HttpRequest request, ConnectorState connector) => ActionEndpoints.PreferredWait(request) ?? connector.HoldSeconds;

    private static Dictionary<string, string> Headers(HttpRequest request, ConnectorState connector, Fields faults)
    {
        var connection = Targets.NamedByConnection(request);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in request.Headers.Where(h => GatewayHeaders.IsTaken(h.Key, connector.CredentialHeader, connection)))
        {
            var value = string.Join(", ", values.ToArray());
            taken[name.ToLowerInvariant()] = value;
            if (StoredRequest.FaultOfHeader(value) is { } fault)
                faults.Fault(name, fault);
        }

        return taken;
    }

    private static string? Word(HttpRequest request, string name, int most, Fields faults)
    {
        if (!request.Headers.TryGetValue(name, out var values))
            return null;
        var text = values.ToString();
        if (text.Length > most || text.Any(c => c is < ' ' or > '~'))
            faults.Fault(name, $"At most {most} printable ASCII characters.");
        return text;
    }

    private static string Short(string summary)
    {
        if (summary.Length <= MostSummary)
            return summary;
        var at = MostSummary - 1;
        return summary[..(char.IsHighSurrogate(summary[at - 1]) ? at - 1 : at)] + "…";
    }
}
