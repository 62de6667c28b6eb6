using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Hosting;

namespace AgentApprovals.Stops;

/// <summary>What the <c>stop</c> command asks a running console for: an agent by its name, or (null) everything.</summary>
public sealed record StopCall(string? Agent, string? Reason);

/// <summary>What it is answered: the receipt, or why there is none.</summary>
public sealed record StopAnswer(StopDocument? Receipt, string? Refused);

/// <summary>
/// The last way in when nothing else works: a unix socket in the spool's folder that only the process's own user may open, one for each
/// process. It needs no sign-in, no port and no database.
/// </summary>
public sealed partial class StopSocket(StopSettings settings, StopSpool spool, IServiceProvider services, ILogger<StopSocket> log) : IAsyncDisposable
{
    public const string Pattern = "stop-*.sock";
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Longest = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private Socket? _socket;
    private Task _serving = Task.CompletedTask;

    private string File => Path.Combine(settings.SpoolPath, $"stop-{Environment.ProcessId}.sock");

    /// <summary>Opens the spool and listens, before anything else of the process needs the database.</summary>
    public void Open()
    {
        spool.Open();
        if (OperatingSystem.IsWindows())
            return;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            System.IO.File.Delete(File);
            socket.Bind(new UnixDomainSocketEndPoint(File));
            System.IO.File.SetUnixFileMode(File, Own);
            socket.Listen();
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IOException)
        {
            // A path too long for a socket, as the likeliest: everything else works without it.
            Log.NotOpen(log, File, e);
            socket.Dispose();
            return;
        }

        _socket = socket;
        _serving = Task.Run(ServeAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket?.Dispose();
        await _serving;
        if (_socket is not null)
            System.IO.File.Delete(File);
        _socket = null;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var caller = await _socket!.AcceptAsync(_end.Token);
                _ = Task.Run(() => AnswerAsync(caller));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (_end.IsCancellationRequested)
                    return;
                Log.Broke(log, e);
                await Task.WhenAny(Task.Delay(100));
            }
        }
    }

    private async Task AnswerAsync(Socket caller)
    {
        try
        {
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            using var soon = new CancellationTokenSource(Patience);
            using var reader = new StreamReader(stream, leaveOpen: true);
            var line = await reader.ReadLineAsync(soon.Token) ?? "";
            var answer = line.Length > Longest || JsonSerializer.Deserialize<StopCall>(line, StopWire.Json) is not { } call
                ? new StopAnswer(null, "This is no order to stop.")
                : await OrderAsync(call);
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, StopWire.Json), soon.Token);
        }
        catch (Exception e)
        {
            Log.Broke(log, e);
        }
    }

    private async Task<StopAnswer> OrderAsync(StopCall call)
    {
        try
        {
            // Asked for here and not in the constructor: what it hangs on may need the database, and this must listen before that is there.
            var stopped = await services.GetRequiredService<StopOrders>().OrderAsync(call.Agent, call.Reason);
            return stopped.Refusal is { } refusal ? new(null, refusal.Detail) : new(StopDocument.Of(stopped.Value!), null);
        }
        catch (LedgerUnavailableException e)
        {
            return new(null, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1327, LogLevel.Error, "The socket {File} can't be opened: agent-approvals stop will not reach this process")]
        public static partial void NotOpen(ILogger logger, string file, Exception exception);

        [LoggerMessage(1328, LogLevel.Error, "An order to stop over the socket broke")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}

/// <summary>One line of JSON each way.</summary>
internal static class StopWire
{
    public static JsonSerializerOptions Json { get; } = new(RowFacts.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
