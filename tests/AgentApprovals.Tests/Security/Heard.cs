using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Tests.Security;

/// <summary>Everything that is logged, at every level.</summary>
internal sealed class Heard : ILoggerProvider, ILogger
{
    /// <summary>As a log prints it.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>And what it was made of, which structured logs keep.</summary>
    public ConcurrentQueue<string> Parts { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        Parts.Enqueue($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Messages.Enqueue($"{formatter(state, exception)} {exception}");
        if (state is IEnumerable<KeyValuePair<string, object?>> values)
            Parts.Enqueue(string.Join(' ', values));
    }

    public void Dispose()
    {
    }
}
