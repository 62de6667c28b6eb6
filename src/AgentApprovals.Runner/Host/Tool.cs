using System.Diagnostics;

namespace AgentApprovals.Runner.Host;

/// <summary>A short command of the host, run to its end.</summary>
internal static class Tool
{
    /// <param name="ExitCode">127 where there is no such command, 124 where it did not end in time.</param>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        public bool Succeeded => ExitCode == 0;

        /// <summary>What it complained of, in one line.</summary>
        public string Complaint => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {ExitCode}";
    }

    public static Result Run(string name, params IEnumerable<string> arguments)
    {
        var path = Find(name);
        if (path is null)
            return new(127, "", $"{name} is not installed");

        using var process = new Process { StartInfo = new(path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.Start();
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill();
            return new(124, "", $"{name} did not end within 10 s");
        }

        // A child of its own that holds the pipes must not hold the runner.
        return Task.WaitAll([output, errors], TimeSpan.FromSeconds(1)) ? new(process.ExitCode, output.Result, errors.Result) : new(process.ExitCode, "", "");
    }

    /// <summary>The program that a shell would start for this name, or null.</summary>
    public static string? Find(string name, string? searchPath = null)
    {
        if (name.Contains('/'))
            return IsProgram(name) ? Path.GetFullPath(name) : null;

        // The administrator's folders too: a user's PATH often leaves them out.
        return $"{searchPath ?? Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin:/usr/bin:/bin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return File.Exists(path) && (File.GetUnixFileMode(path) & execute) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
