namespace AgentApprovals.Domain.Agents;

/// <summary>
/// How many in the last <paramref name="seconds"/>, in at most about sixty buckets: bounded in memory and time however many
/// there are. A bucket counts until the last of it is out of the window, so a limit is never passed by rounding.
/// </summary>
public sealed class Tally(int seconds)
{
    private readonly long _bucket = Math.Max(1, seconds * 1000L / 60);
    private readonly List<(long Bucket, Moment Last, int Count)> _buckets = [];
    private long _total;

    public void Add(Moment at) => Move(at, 1);

    /// <summary>One that was added at <paramref name="at"/> counts no more.</summary>
    public void Remove(Moment at) => Move(at, -1);

    public long Count(Moment now)
    {
        var gone = _buckets.FindIndex(b => b.Last > now.PlusSeconds(-seconds));
        gone = gone < 0 ? _buckets.Count : gone;
        for (var i = 0; i < gone; i++)
            _total -= _buckets[i].Count;
        _buckets.RemoveRange(0, gone);
        return _total;
    }

    /// <summary>Whole seconds, at least one, until fewer than <paramref name="most"/> count.</summary>
    public int SecondsUntilBelow(long most, Moment now)
    {
        var left = Count(now);
        foreach (var (_, last, count) in _buckets)
        {
            left -= count;
            if (left < most)
                return Math.Max(1, (int)Math.Ceiling((last.PlusSeconds(seconds) - now).TotalSeconds));
        }

        return 1;
    }

    private void Move(Moment at, int by)
    {
        var bucket = at.Milliseconds / _bucket;
        var index = _buckets.FindLastIndex(b => b.Bucket <= bucket);
        var (found, last, count) = index < 0 ? default : _buckets[index];
        if (index >= 0 && found == bucket)
        {
            _buckets[index] = (bucket, Moment.Later(last, at), count + by);
            _total += by;
        }
        else if (by > 0)
        {
            _buckets.Insert(index + 1, (bucket, at, by));
            _total += by;
        }
    }
}
