using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Security;

/// <summary>Encrypts Data Protection's key ring, which is in the database, under the key file, which is not (AES-256-GCM, NIST SP 800-38D).</summary>
internal sealed class KeyRingEncryptor(KeyFile keys) : IXmlEncryptor, IConfigureOptions<KeyManagementOptions>
{
    internal const int NonceBytes = 12;
    internal const int TagBytes = 16;

    public void Configure(KeyManagementOptions options) => options.XmlEncryptor = this;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(keys.Derive("key ring"), TagBytes);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
        return new(new XElement("sealed", Convert.ToBase64String(sealedBytes)), typeof(KeyRingDecryptor));
    }
}

/// <summary>Named by the key ring's entries, so Data Protection makes it by itself.</summary>
public sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        ArgumentNullException.ThrowIfNull(encryptedElement);
        ReadOnlySpan<byte> bytes = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[bytes.Length - KeyRingEncryptor.NonceBytes - KeyRingEncryptor.TagBytes];
        using var aes = new AesGcm(services.GetRequiredService<KeyFile>().Derive("key ring"), KeyRingEncryptor.TagBytes);
        aes.Decrypt(bytes[..KeyRingEncryptor.NonceBytes], bytes[(KeyRingEncryptor.NonceBytes + KeyRingEncryptor.TagBytes)..],
            bytes.Slice(KeyRingEncryptor.NonceBytes, KeyRingEncryptor.TagBytes), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
