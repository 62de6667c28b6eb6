using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace AgentApprovals.Runner.Line;

/// <summary>
/// SignalR's JSON, which also sees when the answer to an order is written. The library tells nobody, and a runner that exits between its handler's return and
/// that moment takes the proof of its kill with it.
/// </summary>
internal sealed class AnswerWatch : IHubProtocol
{
    private readonly JsonHubProtocol json = new();
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool due;

    public string Name => json.Name;

    public int Version => json.Version;

    public TransferFormat TransferFormat => json.TransferFormat;

    /// <summary>Ends when the answer that is due was put on the line, before anything that is sent from then on.</summary>
    public Task Written => written.Task;

    /// <summary>The handler returns now. Orders are handled one after the other: the next answer is its own.</summary>
    public void Expect() => due = true;

    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(message);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) => json.TryParseMessage(ref input, binder, out message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        json.WriteMessage(message, output);
        if (due && message is CompletionMessage)
            written.TrySetResult();
    }
}
