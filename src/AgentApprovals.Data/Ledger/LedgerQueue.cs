using System.Threading.Channels;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>A command that waits for the writer, with the caller who waits for its answer.</summary>
internal sealed class Pending(ICommand command, Func<object, Action> prepare, Action<Exception> fail)
{
    public ICommand Command { get; } = command;

    /// <summary>What to call, once the batch is committed, to answer the caller with this result.</summary>
    public Action Answer(object result) => prepare(result);

    public void Fail(Exception exception) => fail(exception);
}

/// <summary>
/// What waits for the node's writer. Stops have a lane of their own, which is never full and is first into each batch; writing
/// down what already holds takes one place of a batch, so it neither delays commands nor starves.
/// </summary>
internal sealed class LedgerQueue
{
    private const int Room = 8192;
    private const int MostCommands = 256;
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly Channel<Pending> _stops = Channel.CreateUnbounded<Pending>();
    private readonly Channel<Pending> _commands = Channel.CreateBounded<Pending>(Room);
    private readonly Channel<Pending> _housekeeping = Channel.CreateUnbounded<Pending>();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>False where there is no room: nothing was done.</summary>
    public bool TryAdd(Pending pending)
    {
        var lane = pending.Command.IsStop ? _stops : pending.Command.IsHousekeeping ? _housekeeping : _commands;
        if (!lane.Writer.TryWrite(pending))
            return false;
        _signal.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Waits for at least one command and takes what is there, within the limits of a batch.</summary>
    public async Task<List<Pending>> TakeAsync(CancellationToken cancel)
    {
        await _signal.Reader.ReadAsync(cancel);
        var taken = new List<Pending>();
        var bytes = 0;
        while (taken.Count < MostCommands && _stops.Reader.TryRead(out var stop))
            taken.Add(stop);
        while (taken.Count < MostCommands && bytes < MostBytes && _commands.Reader.TryRead(out var command))
        {
            taken.Add(command);
            bytes += command.Command.Size;
        }

        if (_housekeeping.Reader.TryRead(out var chore))
            taken.Add(chore);
        if (_stops.Reader.Count + _commands.Reader.Count + _housekeeping.Reader.Count > 0)
            _signal.Writer.TryWrite(true);
        return taken;
    }
}
