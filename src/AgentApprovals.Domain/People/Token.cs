using System.Buffers.Text;
using System.Security.Cryptography;

namespace AgentApprovals.Domain.People;

/// <summary>Makes bearer tokens: a prefix that secret scanners know, and 256 random bits in base64url.</summary>
public static class Token
{
    public const string AgentKey = "aak_";
    public const string Session = "aas_";
    public const string Runner = "aar_";
    public const string Person = "aap_";
    public const string Permit = "aax_";
    public const string Setup = "aau_";

    public static string New(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
