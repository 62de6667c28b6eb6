using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Domain.Ledger;

/// <summary>Bodies of documents by the document's sequence, parsed once. What is committed never changes, so it outlives a cleared world.</summary>
public sealed class Texts
{
    private readonly Dictionary<long, object> _parsed = [];

    /// <summary>
    /// The budgets of every policy version that is known, the present one and those that waiting actions were submitted
    /// under: each desk keeps count of their use.
    /// </summary>
    public IReadOnlySet<(string Rule, int Seconds)> Budgets { get; private set; } = new HashSet<(string, int)>();

    /// <summary>The windows, in seconds, in which those policies look for bursts.</summary>
    public IReadOnlySet<int> BurstWindows { get; private set; } = new HashSet<int> { Judgement.DefaultRule.Burst.PerSeconds };

    public bool Knows(long document) => _parsed.ContainsKey(document);

    /// <summary>What the document says: a <c>Policy</c>, a <c>Catalogue</c> or the instructions' text.</summary>
    public T Get<T>(long document) => _parsed.TryGetValue(document, out var body)
        ? (T)body
        : throw new InvalidOperationException($"Document {document} was not loaded.");

    public void Load(long document, object body)
    {
        _parsed[document] = body;
        if (body is not Policy policy)
            return;
        if (policy.Rules.Any(r => !BurstWindows.Contains(r.Burst.PerSeconds)))
            BurstWindows = policy.Rules.Select(r => r.Burst.PerSeconds).Concat(BurstWindows).ToHashSet();
        if (policy.Rules.Any(r => r.Budget is { } budget && !Budgets.Contains((r.Name, budget.PerSeconds))))
            Budgets = policy.Rules.Where(r => r.Budget is not null).Select(r => (r.Name, r.Budget!.PerSeconds)).Concat(Budgets).ToHashSet();
    }

    /// <summary>What was not committed may be written by another node, with another body.</summary>
    internal void ForgetFrom(long sequence)
    {
        foreach (var document in _parsed.Keys.Where(s => s >= sequence).ToList())
            _parsed.Remove(document);
    }
}
