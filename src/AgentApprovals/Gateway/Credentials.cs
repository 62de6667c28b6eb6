using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using Microsoft.AspNetCore.DataProtection;

namespace AgentApprovals.Gateway;

/// <summary>
/// Credentials of targets, encrypted by the key ring (and so under the key file), each for the one scheme, host and port it was given for: put
/// beside another connector in the database, or with another address, it can't be read.
/// </summary>
public sealed class Credentials(IDataProtectionProvider protection, Reader reader)
{
    private readonly ConcurrentDictionary<long, string> _known = new();

    public byte[] Encrypt(string baseAddress, string value) => For(baseAddress).Protect(Encoding.ASCII.GetBytes(value));

    /// <summary>Puts the credential where the connector says; nothing where it has none.</summary>
    public async Task PutAsync(ConnectorState connector, HttpRequestHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(headers);
        if (connector.CredentialHeader is not { } header || connector.CredentialSequence is not { } sequence)
            return;
        var value = await ValueAsync(connector, sequence);
        headers.Remove(header);
        headers.TryAddWithoutValidation(header, connector.Placement switch
        {
            CredentialPlacement.Bearer => $"Bearer {value}",
            CredentialPlacement.Basic => $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(connector.CredentialName is { } user ? $"{user}:{value}" : value))}",
            _ => value,
        });
    }

    private async ValueTask<string> ValueAsync(ConnectorState connector, long sequence)
    {
        if (_known.TryGetValue(sequence, out var known))
            return known;
        var kept = await reader.ContentAsync(sequence, ContentPart.Credential) ?? throw new InvalidOperationException("The connector's credential is gone.");
        var value = Encoding.ASCII.GetString(For(connector.BaseAddress).Unprotect(kept));
        _known[sequence] = value;
        return value;
    }

    private IDataProtector For(string baseAddress) => protection.CreateProtector("connector credentials", ConnectorSetup.Authority(baseAddress));
}
