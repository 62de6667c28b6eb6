using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>
/// One load of rows. Each kind brings what hangs on it: an action its session, a session its agent, all of them the stops that they
/// name. What the world knew already brought its own when it came.
/// </summary>
internal sealed class RowLoader(World world, Needs needs, LedgerContext db)
{
    private readonly List<ActionState> _actions = [];
    private readonly List<SessionState> _sessions = [];
    private readonly List<AgentState> _agents = [];

    public async Task LoadAsync(CancellationToken cancel)
    {
        var isFirst = !world.IsFilled;
        if (isFirst)
            await FillAsync(cancel);
        await LoadActionsAsync(cancel);
        await LoadBurstsAsync(cancel);
        await LoadObservationsAsync(cancel);
        await LoadCredentialsAsync(cancel);
        await LoadSessionsAsync(cancel);
        await LoadAgentsAsync(cancel);
        await LoadStopsAsync(cancel);
        if (isFirst || _actions.Count + _agents.Count > 0)
            await LoadTextsAsync(cancel);
        if (needs.PayloadsOf.Count > 0)
            await LoadPayloadsAsync(cancel);
        world.IsFilled = true;
    }

    /// <summary>What every batch may read: the console's own row, people, policies and catalogues, stops that are not settled, webhooks and connectors.</summary>
    private async Task FillAsync(CancellationToken cancel)
    {
        await db.Consoles.AsNoTracking().ForEachAsync(world.Consoles.Load, cancel);
        await db.People.AsNoTracking().ForEachAsync(world.People.Load, cancel);
        await db.Documents.AsNoTracking().Where(d => d.Kind != DocumentKind.Instructions).ForEachAsync(world.Documents.Load, cancel);
        await db.Stops.AsNoTracking().Where(s => !s.Settled).ForEachAsync(world.Stops.Load, cancel);
        await db.Webhooks.AsNoTracking().Where(w => w.Status != WebhookStatus.Deleted).ForEachAsync(world.Webhooks.Load, cancel);
        await db.Connectors.AsNoTracking().Where(c => c.Status != ConnectorStatus.Deleted).ForEachAsync(world.Connectors.Load, cancel);
    }

    private async Task LoadActionsAsync(CancellationToken cancel)
    {
        var ids = needs.Actions.Concat(needs.PayloadsOf).Where(id => !world.Actions.Knows(id)).Select(id => new ActionId(id)).ToList();
        if (ids.Count > 0)
            await db.Actions.AsNoTracking().Where(a => ids.Contains(a.Id)).ForEachAsync(Take, cancel);
        var sequences = needs.ActionSequences.Where(s => !world.Actions.Knows(s)).ToList();
        if (sequences.Count > 0)
            await db.Actions.AsNoTracking().Where(a => sequences.Contains(a.Sequence)).ForEachAsync(Take, cancel);
        foreach (var person in needs.Entangled)
        {
            var mark = $"%{person}%";
            await db.Actions.AsNoTracking()
                .Where(a => (a.Status == ActionStatus.Pending || a.Status == ActionStatus.Approved) && EF.Functions.Like((string)(object)a.Approvals, mark))
                .ForEachAsync(Take, cancel);
        }

        void Take(ActionState action)
        {
            world.Actions.Load(action);
            _actions.Add(action);
        }
    }

    private async Task LoadBurstsAsync(CancellationToken cancel)
    {
        var ids = needs.Bursts.Where(id => !world.Bursts.Knows(id)).Select(id => new BurstId(id)).ToList();
        if (ids.Count > 0)
            await db.Bursts.AsNoTracking().Where(b => ids.Contains(b.Id)).ForEachAsync(world.Bursts.Load, cancel);
    }

    private async Task LoadObservationsAsync(CancellationToken cancel)
    {
        var keys = needs.Observations.Where(k => world.Observations.Find(k) is null).ToList();
        if (keys.Count > 0)
            await db.Observations.AsNoTracking().Where(o => keys.Contains(o.Key)).ForEachAsync(world.Observations.Load, cancel);
    }

    private async Task LoadCredentialsAsync(CancellationToken cancel)
    {
        var ids = needs.Credentials.Concat(needs.AgentsOfKeys).Concat(needs.SessionsOfKeys).Where(id => !world.Credentials.Knows(id)).Select(id => new CredentialId(id)).ToList();
        if (ids.Count > 0)
            await db.Credentials.AsNoTracking().Where(c => ids.Contains(c.Id)).ForEachAsync(world.Credentials.Load, cancel);
        var hashes = needs.Secrets.Where(s => world.Credentials.Find(s.Hex) is null).ToList();
        if (hashes.Count > 0)
            await db.Credentials.AsNoTracking().Where(c => hashes.Contains(c.Hash)).ForEachAsync(world.Credentials.Load, cancel);
        // With a set-up link come the others of the same person: using one voids them.
        var invited = needs.Secrets.Select(s => world.Credentials.Find(s.Hex)).OfType<CredentialState>().Where(c => c.Kind == CredentialKind.SetupLink).Select(c => c.HolderSequence).ToList();
        if (invited.Count > 0)
            await db.Credentials.AsNoTracking().Where(c => c.Kind == CredentialKind.SetupLink && invited.Contains(c.HolderSequence)).ForEachAsync(world.Credentials.Load, cancel);
        var holders = needs.TokensOf.Select(id => world.People.Find(id)?.Sequence).OfType<long>().ToList();
        if (holders.Count > 0)
            await db.Credentials.AsNoTracking().Where(c => c.Kind == CredentialKind.PersonToken && holders.Contains(c.HolderSequence) && c.EndsAt == null).ForEachAsync(world.Credentials.Load, cancel);
    }

    private async Task LoadSessionsAsync(CancellationToken cancel)
    {
        var ids = needs.Sessions.Concat(needs.StopsOfSessions).Where(id => !world.Sessions.Knows(id)).Select(id => new SessionId(id)).ToList();
        if (ids.Count > 0)
            await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id)).ForEachAsync(Take, cancel);
        var sequences = needs.SessionSequences.Concat(_actions.Select(a => a.SessionSequence)).Where(s => !world.Sessions.Knows(s)).Distinct().ToList();
        if (sequences.Count > 0)
            await db.Sessions.AsNoTracking().Where(s => sequences.Contains(s.Sequence)).ForEachAsync(Take, cancel);
        foreach (var person in needs.Entangled)
        {
            if (world.People.Find(person) is { } who)
            {
                var active = await db.Sessions.AsNoTracking().Where(s => s.Status == SessionStatus.Active).ToListAsync(cancel);
                active.Where(s => Email.Same(s.OnBehalfOf, who.Email)).ToList().ForEach(Take);
            }
        }

        void Take(SessionState session)
        {
            world.Sessions.Load(session);
            _sessions.Add(session);
        }
    }

    private async Task LoadAgentsAsync(CancellationToken cancel)
    {
        var ids = needs.Agents.Where(id => !world.Agents.Knows(id)).Select(id => new AgentId(id)).ToList();
        if (ids.Count > 0)
            await db.Agents.AsNoTracking().Where(a => ids.Contains(a.Id)).ForEachAsync(Take, cancel);
        var names = needs.AgentNames.Where(n => world.Agents.Find(n) is null).ToList();
        if (names.Count > 0)
            await db.Agents.AsNoTracking().Where(a => names.Contains(a.Name)).ForEachAsync(Take, cancel);
        var sequences = _sessions.Select(s => s.AgentSequence)
            .Concat(needs.Bursts.Select(id => world.Bursts.Find(id)).OfType<BurstState>().Select(b => b.AgentSequence))
            .Concat(needs.AgentsOfKeys.Select(k => world.Credentials.Find(k)).OfType<CredentialState>().Where(c => c.Kind == CredentialKind.AgentKey).Select(c => c.HolderSequence))
            .Where(s => !world.Agents.Knows(s)).Distinct().ToList();
        if (sequences.Count > 0)
            await db.Agents.AsNoTracking().Where(a => sequences.Contains(a.Sequence)).ForEachAsync(Take, cancel);

        void Take(AgentState agent)
        {
            world.Agents.Load(agent);
            _agents.Add(agent);
        }
    }

    private async Task LoadStopsAsync(CancellationToken cancel)
    {
        var ids = needs.Stops.Where(id => !world.Stops.Knows(id)).Select(id => new StopId(id)).ToList();
        if (ids.Count > 0)
            await db.Stops.AsNoTracking().Where(s => ids.Contains(s.Id)).ForEachAsync(world.Stops.Load, cancel);
        var named = _sessions.Select(s => s.StoppedBy)
            .Concat(_agents.Select(a => a.StoppedBy))
            .Concat(world.Consoles.All.Select(c => c.StoppedBy))
            .OfType<long>().Where(s => !world.Stops.Knows(s)).Distinct().ToList();
        if (named.Count > 0)
            await db.Stops.AsNoTracking().Where(s => named.Contains(s.Sequence)).ForEachAsync(world.Stops.Load, cancel);
        var stopped = needs.StopsOfSessions.Select(id => world.Sessions.Find(id)?.Sequence).OfType<long>().ToList();
        if (stopped.Count > 0)
            await db.Stops.AsNoTracking().Where(s => s.Scope == StopScope.Session && stopped.Contains(s.TargetSequence)).ForEachAsync(world.Stops.Load, cancel);
    }

    /// <summary>The documents in use, and the policy versions that the actions which came in were submitted under, parsed.</summary>
    private async Task LoadTextsAsync(CancellationToken cancel)
    {
        var instructions = _agents.Select(a => a.Instructions).Concat(world.Consoles.All.Select(c => c.Instructions))
            .OfType<long>().Where(s => !world.Documents.Knows(s)).Distinct().ToList();
        if (instructions.Count > 0)
            await db.Documents.AsNoTracking().Where(d => instructions.Contains(d.Sequence)).ForEachAsync(world.Documents.Load, cancel);

        var versions = _actions.Select(a => a.Verdict.PolicyVersion).ToHashSet();
        var console = world.Consoles.All.FirstOrDefault();
        var missing = world.Documents.All
            .Where(d => !world.Texts.Knows(d.Sequence) && (d.Kind == DocumentKind.Instructions || d.Sequence == console?.Policy || d.Sequence == console?.Catalogue
                || (d.Kind == DocumentKind.Policy && versions.Contains(d.Version))))
            .ToList();
        if (missing.Count == 0)
            return;
        var sequences = missing.ConvertAll(d => d.Sequence);
        var bodies = await db.Contents.AsNoTracking().Where(c => c.Part == ContentPart.Document && sequences.Contains(c.Sequence)).ToDictionaryAsync(c => c.Sequence, cancel);
        foreach (var document in missing)
            world.Texts.Load(document.Sequence, Documents.Parse(document, bodies[document.Sequence].Bytes!));
    }

    private async Task LoadPayloadsAsync(CancellationToken cancel)
    {
        foreach (var action in needs.PayloadsOf.Select(id => world.Actions.Find(id)).OfType<ActionState>())
        {
            var sequence = action.PayloadSequence == 0 ? action.Sequence : action.PayloadSequence;
            var content = await db.Contents.AsNoTracking().SingleAsync(c => c.Sequence == sequence && c.Part == ContentPart.Payload, cancel);
            using var payload = System.Text.Json.JsonDocument.Parse(content.Bytes ?? "null"u8.ToArray(), new() { MaxDepth = 64 });
            world.Payloads[sequence] = PreparedPayload.Of(payload.RootElement);
        }
    }
}
