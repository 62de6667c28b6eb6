using System.Collections.Concurrent;
using AgentApprovals.Data.Ledger;

namespace AgentApprovals.Live;

/// <summary>What is made of entries for whoever is told of them: each made once however many follow, the latest kept.</summary>
public sealed class Latest<T>(Func<Entry, Task<T>> make)
{
    private const int Kept = 1024;
    private readonly ConcurrentDictionary<long, Lazy<Task<T>>> _made = new();

    public async Task<T> OfAsync(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        // What followers who began far back and left in the middle let lie; counting takes every lock, so it is done now and then.
        if (entry.Sequence % 256 == 0 && _made.Count > 4 * Kept)
            _made.Clear();
        var one = _made.GetOrAdd(entry.Sequence, _ => new(() => make(entry)));
        _made.TryRemove(entry.Sequence - Kept, out _);
        try
        {
            return await one.Value;
        }
        catch
        {
            // Whoever asks next tries again.
            _made.TryRemove(entry.Sequence, out _);
            throw;
        }
    }
}
