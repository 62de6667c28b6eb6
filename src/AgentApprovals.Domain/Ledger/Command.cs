namespace AgentApprovals.Domain.Ledger;

/// <summary>
/// Something that somebody wants changed. A command says which rows it needs, and decides over them: it is pure but for what
/// it writes to the <see cref="World"/> it is given. Authorisation is part of the decision.
/// </summary>
public abstract record Command<TReply> : ICommand
{
    /// <summary>Which rows <see cref="Decide"/> reads. What hangs on them (an action's session and agent, for example) is loaded by itself.</summary>
    public abstract void Need(Needs needs);

    /// <summary>Changes the world and answers, or refuses. What it wrote before it refused is kept (a clock's due, an attempt worth recording).</summary>
    public abstract Result<TReply> Decide(World world);

    object ICommand.Decide(World world) => Decide(world);
}

/// <summary>A command as the ledger's queue carries it.</summary>
public interface ICommand
{
    void Need(Needs needs);

    object Decide(World world);

    /// <summary>A stop goes before everything else and is never refused for want of room.</summary>
    bool IsStop => false;

    /// <summary>Writing down what already holds yields to everything else.</summary>
    bool IsHousekeeping => false;

    /// <summary>Only a look at what would happen: decided like any other, never written.</summary>
    bool IsRehearsal => false;

    /// <summary>The agent that sends it: the commands of one share one place in the queue. Null: a person, or the console itself.</summary>
    long? Sender => null;

    /// <summary>Roughly how many bytes it carries, for the batch's limit.</summary>
    int Size => 512;
}

/// <summary>An answer or a refusal.</summary>
public readonly record struct Result<T>(T? Value, Refusal? Refusal)
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    /// <summary>The answer; only where <see cref="Refusal"/> is null.</summary>
    public T Require() => Refusal is null ? Value! : throw new InvalidOperationException($"Refused: {Refusal.Code}");
}

/// <summary>The answer of a command that has nothing to say but that it was done.</summary>
public readonly record struct Done;
