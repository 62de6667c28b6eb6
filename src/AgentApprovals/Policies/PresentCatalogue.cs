using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Policies;

/// <summary>The catalogue as it stands, kept in memory until the ledger says that it changed. Whoever decides by it asks the ledger again.</summary>
public sealed class PresentCatalogue : IDisposable
{
    private readonly Feed _feed;
    private readonly PolicyReader _policies;
    private readonly Lock _lock = new();
    private Task<Catalogue>? _known;

    public PresentCatalogue(Feed feed, PolicyReader policies)
    {
        ArgumentNullException.ThrowIfNull(feed);
        (_feed, _policies) = (feed, policies);
        feed.Committed += Forget;
    }

    public async ValueTask<Catalogue> GetAsync()
    {
        Task<Catalogue> reading;
        // Begun and kept in one, so that a change after its look at the database always comes after it is kept.
        lock (_lock)
            reading = _known ??= _policies.CatalogueAsync();
        try
        {
            return await reading;
        }
        catch
        {
            // The next one reads again.
            lock (_lock)
                _known = _known == reading ? null : _known;
            throw;
        }
    }

    public void Dispose() => _feed.Committed -= Forget;

    private void Forget(IReadOnlyList<(IRow Row, bool IsNew)> rows)
    {
        if (!rows.Any(r => r.Row is DocumentState { Kind: DocumentKind.Catalogue }))
            return;
        lock (_lock)
            _known = null;
    }
}
