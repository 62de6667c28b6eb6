namespace AgentApprovals.Domain.Agents;

/// <summary>
/// How many in the last <paramref name="seconds"/>, in sixty buckets: constant in memory and time however many there are. What
/// a bucket holds counts until all of it is out of the window, so a limit is never passed by rounding.
/// </summary>
public sealed class Tally(int seconds)
{
    private readonly long _bucket = Math.Max(1, seconds * 1000L / 60);
    private readonly Queue<(long Bucket, int Count)> _full = [];
    private (long Bucket, int Count) _last;
    private long _total;

    public void Add(Moment at)
    {
        var bucket = at.Milliseconds / _bucket;
        if (bucket != _last.Bucket)
        {
            if (_last.Count > 0)
                _full.Enqueue(_last);
            _last = (bucket, 0);
        }

        _last.Count++;
        _total++;
    }

    public long Count(Moment now)
    {
        var oldest = (now.Milliseconds - (seconds * 1000L)) / _bucket;
        while (_full.TryPeek(out var first) && first.Bucket < oldest)
            _total -= _full.Dequeue().Count;
        return _last.Bucket < oldest ? _total - _last.Count : _total;
    }
}
