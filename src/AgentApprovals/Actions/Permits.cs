using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>
/// Permits: <c>aax_</c>, the action's id, and the HMAC-SHA256 over action id and redeem sequence under the permit key. Nothing is stored, so a
/// replayed redeem gives the same one and a stolen database none; the id says which action to hold it against.
/// </summary>
public sealed class Permits(KeyFile keys)
{
    private const int IdBytes = 16;
    private readonly byte[] _key = keys.Derive("permits");

    public string Of(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return Token.Permit + Base64Url.EncodeToString([.. action.Id.Value.ToByteArray(bigEndian: true), .. Proof(action)]);
    }

    /// <summary>The action that the permit says it is of; null where it says none. It proves nothing yet (<see cref="Proves"/>).</summary>
    public static ActionId? ActionOf(string permit)
    {
        ArgumentNullException.ThrowIfNull(permit);
        return Decode(permit) is { } bytes ? new ActionId(new Guid(bytes.AsSpan(0, IdBytes), bigEndian: true)) : null;
    }

    /// <summary>Whether the permit is the one of this action's redeem.</summary>
    public bool Proves(string permit, ActionState action)
    {
        ArgumentNullException.ThrowIfNull(permit);
        ArgumentNullException.ThrowIfNull(action);
        return action.RedeemSequence is not null && Decode(permit) is { } bytes && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(IdBytes), Proof(action));
    }

    private byte[] Proof(ActionState action) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{action.Id}:{action.RedeemSequence}"));

    private static byte[]? Decode(string permit)
    {
        var text = permit.AsSpan();
        // One spelling alone: no padding, and no bits left over (48 bytes are 64 letters).
        if (!text.StartsWith(Token.Permit, StringComparison.Ordinal) || text.Length != Token.Permit.Length + 64 || text.Contains('='))
            return null;
        var bytes = new byte[IdBytes + HMACSHA256.HashSizeInBytes];
        return Base64Url.TryDecodeFromChars(text[Token.Permit.Length..], bytes, out var written) && written == bytes.Length ? bytes : null;
    }
}
