using System.Net.Sockets;
using System.Text.Json;
using AgentApprovals.Client;

namespace AgentApprovals.Stops;

/// <summary>
/// <c>stop --all | --agent NAME [--reason TEXT]</c>, on the console's own host and as its own user: cuts off when nothing else works. It
/// reaches every process of this host that shares the spool's folder. Ends with 0 where each of them has stopped it, 1 where one has not,
/// 64 where the command line is wrong and 69 where none runs (sysexits.h).
/// </summary>
internal static class StopVerb
{
    private const string Usage = "Usage: agent-approvals stop --all | --agent NAME [--reason TEXT]";

    public static async Task<int> RunAsync(string[] args, string folder, TextWriter to, TextWriter errors)
    {
        if (Read(args) is not { } call)
        {
            await errors.WriteLineAsync(Usage);
            return 64;
        }

        var (reached, done) = (0, 0);
        foreach (var socket in Directory.Exists(folder) ? Directory.GetFiles(folder, StopSocket.Pattern) : [])
        {
            if (await CallAsync(socket, call) is not { } answer)
                continue;
            reached++;
            if (answer.Receipt is not { } receipt)
            {
                await errors.WriteLineAsync($"{Path.GetFileName(socket)}: not stopped. {answer.Refused}");
                continue;
            }

            done++;
            await to.WriteLineAsync($"Stop {receipt.Id}, {call.Agent ?? "everything"}:");
            foreach (var layer in receipt.Layers)
                await to.WriteLineAsync($"  {layer.Layer}: {JsonNamingPolicy.CamelCase.ConvertName(layer.State.ToString())}. {layer.Detail}");
        }

        if (reached == 0)
            await errors.WriteLineAsync($"No console of this user answers in {folder} (Stop:SpoolPath).");
        return reached == 0 ? 69 : done == reached ? 0 : 1;
    }

    private static StopCall? Read(string[] args)
    {
        var (isAll, agent, reason) = (false, (string?)null, (string?)null);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--all":
                    isAll = true;
                    break;
                case "--agent" when i + 1 < args.Length:
                    agent = args[++i];
                    break;
                case "--reason" when i + 1 < args.Length:
                    reason = args[++i];
                    break;
                default:
                    return null;
            }
        }

        return isAll == (agent is null) ? new(agent, reason) : null;
    }

    /// <summary>Null where nobody listens: a process that was killed leaves its socket's name.</summary>
    private static async Task<StopAnswer?> CallAsync(string file, StopCall call)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(file));
        }
        catch (SocketException)
        {
            return null;
        }

        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(call, StopWire.Json));
        await stream.WriteAsync("\n"u8.ToArray());
        try
        {
            return await JsonSerializer.DeserializeAsync<StopAnswer>(stream, StopWire.Json);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return new(null, "It broke off before it answered.");
        }
    }
}
