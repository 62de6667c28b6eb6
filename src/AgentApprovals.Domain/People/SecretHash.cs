using System.Security.Cryptography;
using System.Text;

namespace AgentApprovals.Domain.People;

/// <summary>SHA-256 of a token, in lower-case hex. The tokens have 256 random bits, so a plain hash is not guessable.</summary>
public readonly record struct SecretHash(string Hex)
{
    public static SecretHash Of(string secret) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))));

    public override string ToString() => Hex;
}
