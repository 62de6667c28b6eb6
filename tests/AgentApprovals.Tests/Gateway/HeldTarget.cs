using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentApprovals.Tests.Gateway;

/// <summary>How far a target has come with a request.</summary>
public enum Reached
{
    Connected,
    Head,
    Whole,
    Status,
    Headers,
    HalfAnswered,
    Answered,
}

/// <summary>A target in the test's hand, byte by byte: it counts what arrives, also from a sender that is dead by then, and stands still where it is told to.</summary>
public sealed partial class HeldTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> _arrived = new();
    private readonly Task _accepting;
    private Reached? _holdAt;
    private TaskCompletionSource _free = new();
    private int _holding;
    private int _open;

    public HeldTarget()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>How many connections stand still.</summary>
    public int Holding => Volatile.Read(ref _holding);

    public bool IsQuiet => Volatile.Read(ref _open) == 0;

    /// <summary>How often the request with this path came.</summary>
    public int Arrived(string path) => _arrived.GetValueOrDefault(path);

    /// <summary>From here on each connection stands still there; null: none does.</summary>
    public void HoldAt(Reached? point)
    {
        (_holdAt, _holding, _free) = (point, 0, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void LetGo()
    {
        _holdAt = null;
        _free.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        LetGo();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using (client)
                await AnswerAsync(client.GetStream());
        }
        catch (IOException)
        {
            // Whoever sent it is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        await AtAsync(Reached.Connected);
        var head = await HeadAsync(stream);
        if (head.Length == 0)
            return;
        await AtAsync(Reached.Head);
        if (Length().Match(head) is { Success: true } length)
            await stream.ReadExactlyAsync(new byte[int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture)]);
        _arrived.AddOrUpdate(head.Split(' ')[1], 1, (_, n) => n + 1);
        await AtAsync(Reached.Whole);
        foreach (var (said, next) in new[] { ("HTTP/1.1 201 Created\r\n", Reached.Status), ("Content-Length: 8\r\n\r\n", Reached.Headers), ("1234", Reached.HalfAnswered), ("5678", Reached.Answered) })
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(said));
            await AtAsync(next);
        }
    }

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n")
                return head.ToString();
        }

        return "";
    }

    private async Task AtAsync(Reached point)
    {
        if (_holdAt != point)
            return;
        Interlocked.Increment(ref _holding);
        await _free.Task;
    }

    [GeneratedRegex(@"\r\nContent-Length: (\d+)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Length();
}
