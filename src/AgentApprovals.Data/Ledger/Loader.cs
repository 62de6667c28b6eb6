using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Data.Ledger;

/// <summary>Reads what a batch needs into the world, in sets, leaving out what the world knows already.</summary>
internal sealed class Loader(IDbContextFactory<LedgerContext> contexts)
{
    public async Task LoadAsync(World world, Needs needs, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (!world.IsFilled)
            await FillAsync(world, db, cancel);
        await LoadActionsAsync(world, needs, db, cancel);
        await LoadCredentialsAsync(world, needs, db, cancel);
        await LoadSessionsAsync(world, needs, db, cancel);
        await LoadAgentsAsync(world, needs, db, cancel);
        await LoadStopsAsync(world, needs, db, cancel);
        await LoadTextsAsync(world, db, cancel);
        foreach (var agent in world.Agents.All.Where(a => NeedsDesk(world, a)).ToList())
            await DeskLoader.LoadAsync(world, db, agent.Sequence, cancel);
        await LoadResourcesAsync(world, needs, db, cancel);
        await LoadPayloadsAsync(world, needs, db, cancel);
    }

    /// <summary>What every batch may read: the console's own row, people, policies and catalogues, and stops that are not settled.</summary>
    private static async Task FillAsync(World world, LedgerContext db, CancellationToken cancel)
    {
        await db.Consoles.AsNoTracking().ForEachAsync(world.Consoles.Load, cancel);
        await db.People.AsNoTracking().ForEachAsync(world.People.Load, cancel);
        await db.Documents.AsNoTracking().Where(d => d.Kind != DocumentKind.Instructions).ForEachAsync(world.Documents.Load, cancel);
        await db.Stops.AsNoTracking().Where(s => !s.Settled).ForEachAsync(world.Stops.Load, cancel);
        world.IsFilled = true;
    }

    private static async Task LoadActionsAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
    {
        var ids = needs.Actions.Concat(needs.PayloadsOf).Where(id => !world.Actions.Knows(id)).Select(id => new ActionId(id)).ToList();
        if (ids.Count > 0)
            await db.Actions.AsNoTracking().Where(a => ids.Contains(a.Id)).ForEachAsync(world.Actions.Load, cancel);
        var sequences = needs.ActionSequences.Where(s => !world.Actions.Knows(s)).ToList();
        if (sequences.Count > 0)
            await db.Actions.AsNoTracking().Where(a => sequences.Contains(a.Sequence)).ForEachAsync(world.Actions.Load, cancel);
        var keys = needs.IdempotencyKeys.Where(k => world.Actions.Find(k) is null).ToList();
        if (keys.Count > 0)
            await db.Actions.AsNoTracking().Where(a => keys.Contains(a.IdempotencyKey!)).ForEachAsync(world.Actions.Load, cancel);
        foreach (var person in needs.Entangled)
        {
            var mark = $"%{person}%";
            await db.Actions.AsNoTracking()
                .Where(a => (a.Status == ActionStatus.Pending || a.Status == ActionStatus.Approved) && EF.Functions.Like((string)(object)a.Approvals, mark))
                .ForEachAsync(world.Actions.Load, cancel);
        }
    }

    private static async Task LoadCredentialsAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
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

    private static async Task LoadSessionsAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
    {
        var ids = needs.Sessions.Concat(needs.StopsOfSessions).Where(id => !world.Sessions.Knows(id)).Select(id => new SessionId(id)).ToList();
        if (ids.Count > 0)
            await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id)).ForEachAsync(world.Sessions.Load, cancel);
        var sequences = needs.SessionSequences.Concat(world.Actions.All.Select(a => a.SessionSequence)).Where(s => !world.Sessions.Knows(s)).Distinct().ToList();
        if (sequences.Count > 0)
            await db.Sessions.AsNoTracking().Where(s => sequences.Contains(s.Sequence)).ForEachAsync(world.Sessions.Load, cancel);
        foreach (var person in needs.Entangled)
        {
            if (world.People.Find(person) is { } who)
            {
                var active = await db.Sessions.AsNoTracking().Where(s => s.Status == SessionStatus.Active).ToListAsync(cancel);
                active.Where(s => Email.Same(s.OnBehalfOf, who.Email)).ToList().ForEach(world.Sessions.Load);
            }
        }
    }

    private static async Task LoadAgentsAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
    {
        var ids = needs.Agents.Where(id => !world.Agents.Knows(id)).Select(id => new AgentId(id)).ToList();
        if (ids.Count > 0)
            await db.Agents.AsNoTracking().Where(a => ids.Contains(a.Id)).ForEachAsync(world.Agents.Load, cancel);
        var names = needs.AgentNames.Where(n => world.Agents.Find(n) is null).ToList();
        if (names.Count > 0)
            await db.Agents.AsNoTracking().Where(a => names.Contains(a.Name)).ForEachAsync(world.Agents.Load, cancel);
        var sequences = world.Sessions.All.Select(s => s.AgentSequence)
            .Concat(needs.AgentsOfKeys.Select(k => world.Credentials.Find(k)).OfType<CredentialState>().Where(c => c.Kind == CredentialKind.AgentKey).Select(c => c.HolderSequence))
            .Where(s => !world.Agents.Knows(s)).Distinct().ToList();
        if (sequences.Count > 0)
            await db.Agents.AsNoTracking().Where(a => sequences.Contains(a.Sequence)).ForEachAsync(world.Agents.Load, cancel);
    }

    private static async Task LoadStopsAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
    {
        var ids = needs.Stops.Where(id => !world.Stops.Knows(id)).Select(id => new StopId(id)).ToList();
        if (ids.Count > 0)
            await db.Stops.AsNoTracking().Where(s => ids.Contains(s.Id)).ForEachAsync(world.Stops.Load, cancel);
        var named = world.Sessions.All.Select(s => s.StoppedBy)
            .Concat(world.Agents.All.Select(a => a.StoppedBy))
            .Concat(world.Consoles.All.Select(c => c.StoppedBy))
            .OfType<long>().Where(s => !world.Stops.Knows(s)).Distinct().ToList();
        if (named.Count > 0)
            await db.Stops.AsNoTracking().Where(s => named.Contains(s.Sequence)).ForEachAsync(world.Stops.Load, cancel);
        var stopped = needs.StopsOfSessions.Select(id => world.Sessions.Find(id)?.Sequence).OfType<long>().ToList();
        if (stopped.Count > 0)
            await db.Stops.AsNoTracking().Where(s => s.Scope == StopScope.Session && stopped.Contains(s.TargetSequence)).ForEachAsync(world.Stops.Load, cancel);
    }

    /// <summary>The documents in use, and the policy versions that known actions were submitted under, parsed.</summary>
    private static async Task LoadTextsAsync(World world, LedgerContext db, CancellationToken cancel)
    {
        var instructions = world.Agents.All.Select(a => a.Instructions).Concat(world.Consoles.All.Select(c => c.Instructions))
            .OfType<long>().Where(s => !world.Documents.Knows(s)).Distinct().ToList();
        if (instructions.Count > 0)
            await db.Documents.AsNoTracking().Where(d => instructions.Contains(d.Sequence)).ForEachAsync(world.Documents.Load, cancel);

        var versions = world.Actions.All.Select(a => a.Verdict.PolicyVersion).ToHashSet();
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

    private static bool NeedsDesk(World world, AgentState agent) =>
        !world.Desks.Knows(agent.Sequence) || !world.Desks.Get(agent.Sequence).Budgets.SetEquals(world.Texts.Budgets);

    private static async Task LoadResourcesAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
    {
        foreach (var (session, hash) in needs.Resources)
        {
            if (world.Sessions.Find(session) is not { } known || world.Desks.Get(known.AgentSequence) is not { } desk || desk.LookedFor(hash))
                continue;
            var agent = known.AgentSequence;
            desk.LoadResource(hash, await db.Actions.AnyAsync(a => a.AgentSequence == agent && a.ResourceHash == hash, cancel));
        }
    }

    private static async Task LoadPayloadsAsync(World world, Needs needs, LedgerContext db, CancellationToken cancel)
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
