using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;

namespace AgentApprovals.Ledger;

/// <summary>
/// Signs how the ledger stands (ECDSA on P-256 with SHA-256). The key is derived from the key file and stored nowhere: whoever
/// has the database alone can rewrite it, and not sign what they wrote.
/// </summary>
public sealed class CheckpointKey : IDisposable
{
    /// <summary>The order of P-256 (SP 800-186, section 3.2.1.3).</summary>
    private static readonly BigInteger Order = new(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    private readonly ECDsa _key;

    public CheckpointKey(KeyFile keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        // FIPS 186-5, A.2.1: 64 bits more than the order has, so that no value is likelier than another.
        var candidate = new BigInteger(keys.Derive("ledger checkpoints", 40), isUnsigned: true, isBigEndian: true);
        var scalar = ((candidate % (Order - 1)) + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        var d = new byte[32];
        scalar.CopyTo(d, d.Length - scalar.Length);
        _key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
        Public = SigningKey.Of(_key.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <summary>What everybody may have.</summary>
    public SigningKey Public { get; }

    public Checkpoint Sign(long sequence, byte[] hash, Moment at)
    {
        var unsigned = new Checkpoint(sequence, Convert.ToHexStringLower(hash), at, Public.Kid, "");
        return unsigned with { Signature = Sign(SigningKey.StatementOf(unsigned)) };
    }

    /// <summary>ES256 over any statement, base64url.</summary>
    public string Sign(ReadOnlySpan<byte> statement) => Base64Url.EncodeToString(_key.SignData(statement, HashAlgorithmName.SHA256));

    public void Dispose() => _key.Dispose();
}
