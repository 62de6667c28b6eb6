using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using ModelContextProtocol;

namespace AgentApprovals.Gateway;

/// <summary>Asks a tool's server whether it would take the arguments that an approver wrote: what was asked for was held against its schema, and so is what is made of it.</summary>
public sealed class ToolEdits(Reader reader, ConnectorBook book, McpTargets targets)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Why it would not; null where it would, or where the action is no call of a tool.</summary>
    public async Task<string?> FaultAsync(ActionId id, PreparedPayload edit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(edit);
        if (await reader.ActionAsync(id) is not { Action.Call: { } through } || StoredToolCall.Of(edit.Value) is not { } call)
            return null;
        if (await book.FindAsync(through) is not { } connector)
            return "The connector is gone, or leads elsewhere by now, so nobody can say whether its server takes these arguments.";
        if (connector.Kind != ConnectorKind.Mcp)
            return null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            var tool = (await targets.ToolsAsync(connector, () => { }, patience.Token)).FirstOrDefault(t => t.Name == call.Tool);
            return tool is null ? "The server has no such tool any more."
                : McpTool.FaultsOf(tool, call.Arguments) is { } faults ? $"The arguments do not fit the tool's schema. {string.Join(' ', faults.Select(f => $"{f.Key}: {string.Join(' ', f.Value)}"))}"
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or McpException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return "The tool's server does not answer, so nobody can say whether it takes these arguments.";
        }
    }
}
