using System.Text;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Webhooks;

/// <summary>Signing secrets, encrypted by the key ring (and so under the key file) wherever they are kept: a copy of the database signs nothing.</summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection, Reader reader)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webhook secrets");

    public byte[] Encrypt(string secret) => _protector.Protect(Encoding.ASCII.GetBytes(secret));

    /// <summary>Those that sign now, the present one first.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(WebhookState webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        var sequences = webhook.SecretsAt(reader.Now);
        var kept = await reader.LookAsync(db => db.Contents
            .Where(c => c.Part == ContentPart.WebhookSecret && sequences.Contains(c.Sequence) && c.Bytes != null).OrderByDescending(c => c.Sequence).ToListAsync());
        return kept.ConvertAll(c => Encoding.ASCII.GetString(_protector.Unprotect(c.Bytes!)));
    }
}
