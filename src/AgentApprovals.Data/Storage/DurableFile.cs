using System.Runtime.InteropServices;

namespace AgentApprovals.Data.Storage;

/// <summary>A small file that is on disk, under its name, when it was written, and that only this user may read.</summary>
public static partial class DurableFile
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whoever reads the name finds all of it or nothing.</summary>
    /// <exception cref="IOException">It is not known to be on disk.</exception>
    public static void Write(string file, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(file);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Own;
        using (var to = new FileStream(file + ".part", options))
        {
            to.Write(bytes);
            to.Flush(flushToDisk: true);
        }

        File.Move(file + ".part", file, overwrite: true);
        if (!OperatingSystem.IsWindows())
            SyncFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>A name is on disk once its folder is (fsync(2)); the runtime has no call for that.</summary>
    private static void SyncFolder(string path)
    {
        var folder = Open(path, 0);
        var done = folder >= 0 && FSync(folder) == 0;
        var error = Marshal.GetLastPInvokeError();
        if (folder >= 0)
            _ = Close(folder);
        if (!done)
            throw new IOException($"The folder {path} could not be written to disk (errno {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
