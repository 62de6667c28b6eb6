using System.Threading.Channels;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Data.Ledger;

/// <summary>A command that waits for the writer, with the caller who waits for its answer.</summary>
internal abstract class Pending(ICommand command)
{
    public ICommand Command { get; } = command;

    public abstract void Answer(object result);

    public abstract void Fail(Exception exception);
}

internal sealed class Pending<T>(Command<T> command) : Pending(command)
{
    private readonly TaskCompletionSource<Result<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Result<T>> Answered => _answer.Task;

    public override void Answer(object result) => _answer.TrySetResult((Result<T>)result);

    public override void Fail(Exception exception) => _answer.TrySetException(exception);
}

/// <summary>
/// What waits for the node's writer. Stops have a lane of their own, which is never full and is first into each batch; writing
/// down what already holds takes one place of a batch, so it neither delays commands nor starves. Agents take turns, and none of
/// them fills the room: what one sends in a flood delays the others by no more than its own turn.
/// </summary>
/// <param name="room">How many commands may wait.</param>
internal sealed class LedgerQueue(int room)
{
    private const int MostCommands = 256;
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly Channel<Pending> _stops = Channel.CreateUnbounded<Pending>();
    private readonly TurnTaking _commands = new(room);
    private readonly Channel<Pending> _housekeeping = Channel.CreateUnbounded<Pending>();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>What a batch could not take in; only the writer touches it.</summary>
    private readonly List<Pending> _left = [];

    /// <summary>False where there is no room: nothing was done.</summary>
    public bool TryAdd(Pending pending)
    {
        var isIn = pending.Command.IsStop ? _stops.Writer.TryWrite(pending)
            : pending.Command.IsHousekeeping ? _housekeeping.Writer.TryWrite(pending)
            : _commands.TryAdd(pending);
        if (isIn)
            _signal.Writer.TryWrite(true);
        return isIn;
    }

    /// <summary>The writer gives back what it took and did not come to: it is next, after stops.</summary>
    public void PutBack(List<Pending> left)
    {
        if (left.Count == 0)
            return;
        _left.AddRange(left);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Waits for at least one command and takes what is there, within the limits of a batch.</summary>
    public async Task<List<Pending>> TakeAsync(CancellationToken cancel)
    {
        await _signal.Reader.ReadAsync(cancel);
        var taken = new List<Pending>();
        while (taken.Count < MostCommands && _stops.Reader.TryRead(out var stop))
            taken.Add(stop);
        taken.AddRange(_left);
        _left.Clear();
        _commands.TakeInto(taken, MostCommands, MostBytes);
        if (_housekeeping.Reader.TryRead(out var chore))
            taken.Add(chore);
        if (_stops.Reader.Count + _commands.Count + _housekeeping.Reader.Count > 0)
            _signal.Writer.TryWrite(true);
        return taken;
    }
}
