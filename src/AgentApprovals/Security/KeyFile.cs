using System.Security.Cryptography;
using System.Text;
using AgentApprovals.Hosting;

namespace AgentApprovals.Security;

/// <summary>
/// The console's own secret: 32 random bytes in a file outside the database, readable by its user alone. It encrypts the
/// key ring, and other keys are derived from it (HKDF, RFC 5869). Made at first start beside the SQLite file; on a server's database,
/// where each node needs the same one, whoever sets the nodes up brings it.
/// </summary>
public sealed class KeyFile
{
    private readonly byte[] _secret;

    private KeyFile(byte[] secret) => _secret = secret;

    /// <exception cref="StartRefusedException">The file can't be read or made, or is something else.</exception>
    public static KeyFile Open(string path, bool mayMake = true)
    {
        try
        {
            if (!mayMake && !File.Exists(path))
                throw new FileNotFoundException("It is not there. Each node needs the same one: make it once (head -c 32 /dev/urandom) and copy it to each, mode 0600.");
            return new(Read(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new StartRefusedException($"DataProtection:KeyFile: {path} can't be used. {e.Message}");
        }
    }

    private static byte[] Read(string path)
    {
        if (!File.Exists(path))
        {
            // On a fresh machine the key is asked for before the database has made their folder.
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(RandomNumberGenerator.GetBytes(32));
            file.Flush(flushToDisk: true);
        }

        var secret = File.ReadAllBytes(path);
        return secret.Length == 32 ? secret : throw new InvalidDataException("It does not hold 32 bytes.");
    }

    public byte[] Derive(string purpose, int bytes = 32) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, bytes, info: Encoding.UTF8.GetBytes($"agent-approvals {purpose}"));
}
