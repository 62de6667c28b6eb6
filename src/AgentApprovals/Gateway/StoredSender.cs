using System.Text.Json;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Live;
using AgentApprovals.Security;

namespace AgentApprovals.Gateway;

/// <summary>What became of sending: whether it is known, and how it went.</summary>
public sealed record Sent(Outcome Outcome, string? Detail, KeptAnswer? Answer);

/// <summary>
/// Sends a stored request, once: over a line of its own, after the stored bytes were held against the digest that people approved, and with
/// the session, the time and the database judged again before each piece that goes out.
/// </summary>
public sealed partial class StoredSender(Reader reader, Roster roster, Contact contact, ConnectorBook book, TargetLine line, Credentials credentials, McpTargets mcp, ILogger<StoredSender> log)
{
    public const string Changed = "The stored request is not the one that was approved: nothing was sent.";
    public const string Elsewhere = "The connector is gone, or leads elsewhere by now: nothing was sent.";
    public const string Unreachable = "The target could not be reached: nothing was sent.";
    public const string BrokenOff = "It broke off after sending began: whether it arrived is not known, and it is never sent again.";

    /// <summary>Off in the one test that shows that something would be sent without it.</summary>
    internal bool ChecksDigest { get; set; } = true;

    public async Task<Sent> SendAsync(ActionState action, SessionState session, Connection connection)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(connection);
        var began = false;
        try
        {
            if (await StoredAsync(action) is not { } payload)
                return new(Outcome.Failed, Changed, null);
            if (await book.FindAsync(action.Call!) is not { } connector)
                return new(Outcome.Failed, Elsewhere, null);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(connection.Cut);
            end.CancelAfter(TimeSpan.FromSeconds(Math.Max(0.001, (action.ExecuteUntil!.Value - reader.Now).TotalSeconds)));
            if (connector.Kind == ConnectorKind.Mcp)
            {
                if (StoredToolCall.Of(payload) is not { } call)
                    return new(Outcome.Failed, Changed, null);
                var (isError, told) = await mcp.CallAsync(connector, call, () => Require(action, session, connection), () => began = true, end.Token);
                return isError ? new(Outcome.Failed, "The tool answered with an error.", told) : new(Outcome.Succeeded, null, told);
            }

            if (StoredRequest.Of(payload) is not { } request)
                return new(Outcome.Failed, Changed, null);
            using var invoker = line.Once(() =>
            {
                Require(action, session, connection);
                began = true;
            });
            using var message = Message(request, connector);
            await credentials.PutAsync(connector, message.Headers);
            using var response = await invoker.SendAsync(message, end.Token);
            var answer = await KeepAsync(response, connector, end.Token);
            return response.IsSuccessStatusCode ? new(Outcome.Succeeded, null, answer) : new(Outcome.Failed, $"The target answered {answer.Status}.", answer);
        }
        catch (Exception e)
        {
            // Whatever it was, our own bug too: from the first byte on nobody knows what came of it.
            Log.NotSent(log, action.Id.Value, began, e);
            return began ? new(Outcome.Unknown, BrokenOff, null) : new(Outcome.Failed, Unreachable, null);
        }
    }

    /// <summary>The payload as people approved it; null where what is stored is another.</summary>
    private async Task<JsonElement?> StoredAsync(ActionState action)
    {
        if (await reader.PayloadAsync(action) is not { } stored || (ChecksDigest && CanonicalJson.Digest(stored) != action.PayloadDigest))
            return null;
        try
        {
            using var payload = JsonDocument.Parse(stored, new() { MaxDepth = 64 });
            return payload.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Require(ActionState action, SessionState session, Connection connection)
    {
        if (connection.CutBy is not null || contact.IsLost || roster.Now(session).Status != SessionStatus.Active || reader.Now >= action.ExecuteUntil)
            throw new IOException("It may not be sent any more.");
    }

    private static HttpRequestMessage Message(StoredRequest request, ConnectorState connector)
    {
        var message = new HttpRequestMessage(new(request.Method), Targets.AddressOf(connector.BaseAddress, request.Path, request.Query))
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (!request.Body.Bytes.IsEmpty)
            message.Content = new ReadOnlyMemoryContent(request.Body.Bytes);
        else if (request.Method is "POST" or "PUT" or "PATCH")
            message.Content = new ByteArrayContent([]);
        foreach (var (name, value) in request.Headers.Where(h => GatewayHeaders.IsTaken(h.Key, connector.CredentialHeader)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static async Task<KeptAnswer> KeepAsync(HttpResponseMessage response, ConnectorState connector, CancellationToken cancel)
    {
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(h => GatewayHeaders.IsGivenOn(h.Key, connector.CredentialHeader)).SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v))).ToList();
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var kept = new byte[KeptAnswer.MostBytes + 1];
        var length = await body.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false, cancel);
        return new((int)response.StatusCode, headers, kept[..Math.Min(length, KeptAnswer.MostBytes)], length > KeptAnswer.MostBytes);
    }

    private static partial class Log
    {
        [LoggerMessage(1652, LogLevel.Warning, "Action {Action} was not sent as it should (begun: {Began})")]
        public static partial void NotSent(ILogger logger, Guid action, bool began, Exception exception);
    }
}
