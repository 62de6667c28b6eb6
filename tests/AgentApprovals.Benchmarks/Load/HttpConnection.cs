using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentApprovals.Benchmarks.Load;

/// <summary>
/// One HTTP/1.1 connection with one request at a time, as lean as can be: generator and server share the machine's cores, so
/// what the generator does is taken from what is measured.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[16 * 1024];
    private int _length;

    public static async Task<HttpConnection> OpenAsync(int port)
    {
        var connection = new HttpConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>The last answer, headers and all.</summary>
    public string Answer => Encoding.UTF8.GetString(_buffer, 0, _length);

    /// <summary>Sends, reads the whole answer and gives its status; 0 where the connection was cut.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        try
        {
            await _socket.SendAsync(request);
            _length = 0;
            while (!IsWhole(_buffer.AsSpan(0, _length)))
            {
                if (_length == _buffer.Length)
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(_length));
                if (read == 0)
                    return 0;
                _length += read;
            }

            return int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>There is never a second answer behind the first, so the end of what was read is the end of it.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> read)
    {
        var headers = read.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
            return false;
        var head = read[..headers];
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
            return head.IndexOf("chunked"u8) < 0 || read.EndsWith("\r\n0\r\n\r\n"u8);
        var digits = head[(at + "Content-Length: ".Length)..];
        var end = digits.IndexOf((byte)'\r');
        var length = int.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture);
        return read.Length >= headers + 4 + length;
    }
}
