using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;

namespace AgentApprovals.Actions;

/// <summary>
/// Permits: <c>aax_</c> and the HMAC-SHA256 over action id and redeem sequence under the permit key. Nothing is stored, so a
/// replayed redeem gives the same one and a stolen database none.
/// </summary>
public sealed class Permits(KeyFile keys)
{
    private readonly byte[] _key = keys.Derive("permits");

    public string Of(ActionState action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var bound = Encoding.ASCII.GetBytes($"{action.Id}:{action.RedeemSequence}");
        return Token.Permit + Base64Url.EncodeToString(HMACSHA256.HashData(_key, bound));
    }
}
