namespace AgentApprovals.Domain.Ledger;

/// <summary>Bodies of documents by the document's sequence, parsed once. They never change, so they outlive a cleared world.</summary>
public sealed class Texts
{
    private readonly Dictionary<long, object> _parsed = [];

    public bool Knows(long document) => _parsed.ContainsKey(document);

    /// <summary>What the document says: a <c>Policy</c>, a <c>Catalogue</c> or the instructions' text.</summary>
    public T Get<T>(long document) => _parsed.TryGetValue(document, out var body)
        ? (T)body
        : throw new InvalidOperationException($"Document {document} was not loaded.");

    public void Load(long document, object body) => _parsed[document] = body;
}
