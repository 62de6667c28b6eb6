namespace AgentApprovals.Domain.Ledger;

/// <summary>What all tables share, so that a batch can be settled, undone or forgotten as a whole.</summary>
public interface ITable
{
    /// <summary>What was written is in the database now.</summary>
    void Settle();

    /// <summary>What was written since <see cref="Settle"/> was not: the rows are again as they were.</summary>
    void Undo();

    void Clear();
}

/// <summary>The rows of one kind that a batch knows, by sequence and by public id, with what it changed of them.</summary>
/// <param name="keyOf">Another unique key, such as a name; null where a row has none.</param>
public sealed class Table<T>(Func<T, Guid?> idOf, Func<T, string?>? keyOf = null) : ITable where T : class, IRow
{
    private readonly Dictionary<long, T> _rows = [];
    private readonly Dictionary<Guid, long> _ids = [];
    private readonly Dictionary<string, long> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<long, T?> _changed = [];

    public int Count => _rows.Count;

    /// <summary>Moves with every change of what is known.</summary>
    public int Version { get; private set; }

    public IEnumerable<T> All => _rows.Values;

    /// <summary>Rows written since <see cref="Settle"/>, and whether they are new to the database.</summary>
    public IEnumerable<(T Row, bool IsNew)> Changed => _changed.Select(c => (_rows[c.Key], c.Value is null));

    public bool Knows(long sequence) => _rows.ContainsKey(sequence);

    public bool Knows(Guid id) => _ids.ContainsKey(id);

    /// <summary>The row, which a command said it needs; its absence is a bug in what the command said.</summary>
    public T Get(long sequence) => _rows.TryGetValue(sequence, out var row)
        ? row
        : throw new InvalidOperationException($"{typeof(T).Name} {sequence} was not loaded.");

    public T? Find(long? sequence) => sequence is { } s ? _rows.GetValueOrDefault(s) : null;

    public T? Find(Guid id) => _ids.TryGetValue(id, out var sequence) ? _rows[sequence] : null;

    public T? Find(string key) => _keys.TryGetValue(key, out var sequence) ? _rows[sequence] : null;

    /// <summary>Takes in a row as it is in the database. What the batch knows already is at least as new.</summary>
    public void Load(T row)
    {
        if (!_rows.TryAdd(row.Sequence, row))
            return;
        Index(row);
    }

    /// <summary>The row as another node committed it.</summary>
    internal void Follow(T row)
    {
        _rows[row.Sequence] = row;
        Index(row);
    }

    internal void Write(T row)
    {
        _changed.TryAdd(row.Sequence, _rows.GetValueOrDefault(row.Sequence));
        _rows[row.Sequence] = row;
        Index(row);
    }

    public void Undo()
    {
        foreach (var (sequence, before) in _changed)
        {
            var row = _rows[sequence];
            _rows.Remove(sequence);
            if (idOf(row) is { } id)
                _ids.Remove(id);
            if (keyOf?.Invoke(row) is { } key)
                _keys.Remove(key);
            if (before is not null)
                Load(before);
        }

        Version++;
        _changed.Clear();
    }

    public void Settle() => _changed.Clear();

    public void Clear()
    {
        Version++;
        _rows.Clear();
        _ids.Clear();
        _keys.Clear();
        _changed.Clear();
    }

    private void Index(T row)
    {
        Version++;
        if (idOf(row) is { } id)
            _ids[id] = row.Sequence;
        if (keyOf?.Invoke(row) is { } key)
            _keys[key] = row.Sequence;
    }
}
