using System.Diagnostics;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Gateway;

/// <summary>What people do with connectors, for whoever asks: a script over HTTP, or a page of the console.</summary>
public sealed class ConnectorActs(TargetLine line, Credentials credentials, Reader reader)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Why a connector may not lead there after all; null where it may. Its name is looked up now, and again at each connection.</summary>
    public async Task<Refusal?> RefusalAsync(ConnectorInput input, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(input);
        return await line.MayLeadToAsync(new(input.BaseAddress), cancel) ? null : Refusals.Invalid("baseAddress", TargetGuard.NotReachable);
    }

    public CreateConnector Create(Actor actor, ConnectorInput input) => new(actor, input, Encrypted(input));

    public ReplaceConnector Replace(Actor actor, ConnectorId id, ConnectorInput input) => new(actor, id, input, Encrypted(input));

    public Task<ConnectorState?> FindAsync(ConnectorId id) => reader.LookAsync(db => db.Connectors.SingleOrDefaultAsync(c => c.Id == id && c.Status != ConnectorStatus.Deleted));

    /// <summary>Whether the target answers <c>GET</c> of its base address with the credential, and after how many milliseconds; null: it does not.</summary>
    public async Task<(int? Status, long Milliseconds)> TryAsync(ConnectorState connector)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            using var request = new HttpRequestMessage(HttpMethod.Get, connector.BaseAddress);
            await credentials.PutAsync(connector, request.Headers);
            using var response = await line.Shared.SendAsync(request, patience.Token);
            return ((int)response.StatusCode, Since(began));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return (null, Since(began));
        }
    }

    private static long Since(long began) => (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;

    private ReadOnlyMemory<byte>? Encrypted(ConnectorInput input) => input.Secret is { } secret ? credentials.Encrypt(input.BaseAddress, secret) : default(ReadOnlyMemory<byte>?);
}
