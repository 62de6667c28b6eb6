using Hangfire.AspNetCore;
using Hangfire.Logging;

namespace AgentApprovals.Deadlines;

/// <summary>
/// Hangfire's log. There is one for the process, of the console that started last: where that one has ended, the servers of
/// another go on without a log instead of breaking.
/// </summary>
internal sealed class JobLog(ILoggerFactory loggers) : ILogProvider
{
    private readonly AspNetCoreLogProvider _provider = new(loggers);

    public ILog GetLogger(string name)
    {
        try
        {
            return _provider.GetLogger(name);
        }
        catch (ObjectDisposedException)
        {
            return new Silence();
        }
    }

    private sealed class Silence : ILog
    {
        public bool Log(Hangfire.Logging.LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null) => false;
    }
}
