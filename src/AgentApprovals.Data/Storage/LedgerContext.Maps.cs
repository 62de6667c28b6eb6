using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentApprovals.Data.Storage;

// The tables with many indexes, and why they have them.
public sealed partial class LedgerContext
{
    private static void MapActions(EntityTypeBuilder<ActionState> t)
    {
        Keyed(t.ToTable("actions"));
        t.Property(a => a.Type).HasMaxLength(100);
        t.Property(a => a.Resource).HasMaxLength(500);
        t.Property(a => a.Summary).HasMaxLength(200);
        t.Property(a => a.PayloadDigest).HasMaxLength(71);
        t.Property(a => a.SubmittedDigest).HasMaxLength(71);
        t.Property(a => a.RepeatKey).HasMaxLength(64);
        t.Property(a => a.IdempotencyKey).HasMaxLength(64);
        t.HasIndex(a => a.Id).IsUnique();
        t.HasIndex(a => a.IdempotencyKey).IsUnique();
        t.HasIndex(a => new { a.AgentSequence, a.Status, a.Sequence });
        t.HasIndex(a => new { a.AgentSequence, a.SubmittedAt });
        t.HasIndex(a => new { a.AgentSequence, a.ResourceHash, a.EndedAt });
        t.HasIndex(a => new { a.SessionSequence, a.Status });
        // With when they came to it, so that a day's outcomes are found among all without fetching a row.
        t.HasIndex(a => new { a.Status, a.Sequence, a.EndedAt });
        // Most rows are in no burst, and settled for good: these hold only those that are not, and those whose words are kept.
        t.HasIndex(a => new { a.BurstSequence, a.Sequence }).HasFilter("\"BurstSequence\" IS NOT NULL");
        t.HasIndex(a => a.DueAt).HasFilter("\"DueAt\" IS NOT NULL");
        t.HasIndex(a => a.EndedAt).HasFilter("\"EndedAt\" IS NOT NULL AND \"PurgedAt\" IS NULL");
        // What lists behind figures are narrowed by; the rare of them hold only those that are.
        t.HasIndex(a => new { a.Directed, a.Sequence });
        t.HasIndex(a => a.Sequence, "IX_actions_unruled").HasFilter("\"RuleName\" IS NULL");
        t.HasIndex(a => a.Sequence, "IX_actions_beyond").HasFilter("\"PermissionKey\" IS NULL");
        t.HasIndex(a => new { a.Sequence, a.DecidedAfterMs }, "IX_actions_decided").HasFilter("\"DecidedAfterMs\" IS NOT NULL");
        t.HasIndex(a => a.Sequence, "IX_actions_gathered").HasFilter("\"BurstSequence\" IS NOT NULL");
        t.HasIndex(a => a.Sequence, "IX_actions_gateway").HasFilter("\"Call\" IS NOT NULL");
        t.HasIndex(a => new { a.AgentSequence, a.RememberedUntil }).HasFilter("\"RememberedUntil\" IS NOT NULL");
    }

    /// <summary>Listed by person or of all, each kind by itself; they come in the ledger's order, so a period of them is a range of the key.</summary>
    private static void MapDecisionFacts(EntityTypeBuilder<DecisionFact> t)
    {
        t.ToTable("decision_facts").HasKey(f => new { f.Sequence, f.Nth });
        t.Property(f => f.Sequence).ValueGeneratedNever();
        t.Property(f => f.Nth).ValueGeneratedNever();
        t.HasIndex(f => new { f.Person, f.Kind, f.Sequence });
        t.HasIndex(f => new { f.Kind, f.Sequence });
    }

    /// <summary>Found by its key when it is told again; listed by agent, and those that nothing covers alone.</summary>
    private static void MapObservations(EntityTypeBuilder<ObservationState> t)
    {
        Keyed(t.ToTable("observations"));
        t.Property(o => o.Key).HasMaxLength(64);
        t.Property(o => o.Type).HasMaxLength(100);
        t.Property(o => o.Resource).HasMaxLength(500);
        t.Property(o => o.ExternalId).HasMaxLength(ObservationState.MostExternalId);
        t.HasIndex(o => o.Id).IsUnique();
        t.HasIndex(o => o.Key).IsUnique();
        t.HasIndex(o => new { o.AgentSequence, o.Sequence });
        t.HasIndex(o => new { o.AgentSequence, o.Sequence }, "IX_observations_uncovered_of_agent").HasFilter("\"ActionSequence\" IS NULL");
        t.HasIndex(o => o.Sequence, "IX_observations_uncovered").HasFilter("\"ActionSequence\" IS NULL");
    }

    /// <summary>An order of a list, alone and under a state, is an index here: a page costs the same at any depth.</summary>
    private static void MapStandings(EntityTypeBuilder<StandingRow> t)
    {
        t.ToTable("agent_standings").HasKey(s => s.AgentSequence);
        t.Property(s => s.AgentSequence).ValueGeneratedNever();
        t.Property(s => s.Name).HasMaxLength(63);
        t.HasIndex(s => s.Name);
        t.HasIndex(s => new { s.Status, s.Name });
        t.HasIndex(s => new { s.Status, s.AgentSequence });
        t.HasIndex(s => new { s.Risk, s.AgentSequence });
        // All that the fleet's figures say of agents stands in this one, so that they are counted without fetching a row.
        t.HasIndex(s => new { s.Status, s.Risk, s.AgentSequence, s.Unused, s.RequiresRunner, s.ThroughGateway });
        t.HasIndex(s => new { s.Status, s.SeenAt });
        t.HasIndex(s => s.HoldsUntil);
    }

    /// <summary>One delivery of an endpoint and an entry, however many nodes make it: that is its key.</summary>
    private static void MapDeliveries(EntityTypeBuilder<DeliveryRow> t)
    {
        t.ToTable("webhook_deliveries").HasKey(d => new { d.WebhookSequence, d.EntrySequence });
        t.Property(d => d.WebhookSequence).ValueGeneratedNever();
        t.Property(d => d.EntrySequence).ValueGeneratedNever();
        t.Property(d => d.Event).HasMaxLength(100);
        t.HasIndex(d => d.Id).IsUnique();
        t.HasIndex(d => new { d.WebhookSequence, d.DueAt }).HasFilter("\"DueAt\" IS NOT NULL");
    }
}
