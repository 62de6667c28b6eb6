using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading.Channels;
using AgentApprovals.Data.Storage;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>The rows that the product wrote for one submission, with their bytes, taken from its database to be written again under new keys.</summary>
internal interface IBareRows
{
    /// <summary>Writes them once for each key, and moves the head and the agents' days, in one commit.</summary>
    Task CommitAsync(IReadOnlyList<long> keys);
}

/// <summary>One writer that commits in groups. Nothing is authenticated, judged, hashed or read.</summary>
internal sealed class BareWriter(IBareRows rows)
{
    private const int MostInBatch = 256;

    private readonly Channel<(long Key, TaskCompletionSource Done)> _queue = Channel.CreateUnbounded<(long, TaskCompletionSource)>(new() { SingleReader = true });

    public static Func<long, Task> Open(DatabaseEngine engine, string database)
    {
        var writer = new BareWriter(engine == DatabaseEngine.Sqlite ? SqliteRows.Open(database) : PostgresRows.Open(database));
        // A limit that can't write is none: its end is seen by whoever measures it.
        _ = Task.Run(writer.RunAsync).ContinueWith(
            ended => Environment.FailFast("The bare writer broke.", ended.Exception), default, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return key =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            writer._queue.Writer.TryWrite((key, done));
            return done.Task;
        };
    }

    private async Task RunAsync()
    {
        var batch = new List<(long Key, TaskCompletionSource Done)>(MostInBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostInBatch && _queue.Reader.TryRead(out var one))
                batch.Add(one);
            await rows.CommitAsync(batch.ConvertAll(b => b.Key));
            foreach (var (_, done) in batch)
                done.SetResult();
            batch.Clear();
        }
    }
}

/// <summary>What each row has of its own: as long as what the product writes, and as scattered in the indexes: a random key, an id in order.</summary>
internal static class Own
{
    public static bool Has(string column) => column is "Sequence" or "ActionSequence" or "Id" or "IdempotencyKey" or "ResourceHash";

    public static object Of(string column, long sequence, long key) => column switch
    {
        "Id" => IdOf(sequence),
        "IdempotencyKey" => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        "ResourceHash" => (key % Load.Submission.Resources * 7_046_029_254_386_353_131L) & ((1L << 53) - 1),
        _ => sequence,
    };

    private static byte[] IdOf(long sequence)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        BinaryPrimitives.WriteInt64BigEndian(id, sequence);
        return id;
    }
}
