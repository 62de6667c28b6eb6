using System.Collections.Immutable;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Bursts;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Observations;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Policies;
using AgentApprovals.Domain.Risk;
using AgentApprovals.Domain.Runners;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentApprovals.Data.Storage;

/// <summary>
/// The tables, for reading and for migrations. The ledger's rows are written by the ledger alone; what stands outside it
/// (logins, the key ring) is saved here.
/// </summary>
public sealed partial class LedgerContext(DbContextOptions<LedgerContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<EntryRow> Entries => Set<EntryRow>();
    public DbSet<HeadRow> Heads => Set<HeadRow>();
    public DbSet<ContentRow> Contents => Set<ContentRow>();
    public DbSet<ActionState> Actions => Set<ActionState>();
    public DbSet<BurstState> Bursts => Set<BurstState>();
    public DbSet<ObservationState> Observations => Set<ObservationState>();
    public DbSet<SessionState> Sessions => Set<SessionState>();
    public DbSet<AgentState> Agents => Set<AgentState>();
    public DbSet<AgentDayRow> AgentDays => Set<AgentDayRow>();
    public DbSet<FleetCountRow> FleetCounts => Set<FleetCountRow>();
    public DbSet<DecisionFact> DecisionFacts => Set<DecisionFact>();
    public DbSet<StandingRow> Standings => Set<StandingRow>();
    public DbSet<AgentWordRow> AgentWords => Set<AgentWordRow>();
    public DbSet<PersonState> People => Set<PersonState>();
    public DbSet<CredentialState> Credentials => Set<CredentialState>();
    public DbSet<StopState> Stops => Set<StopState>();
    public DbSet<DocumentState> Documents => Set<DocumentState>();
    public DbSet<ConsoleState> Consoles => Set<ConsoleState>();
    public DbSet<WebhookState> Webhooks => Set<WebhookState>();
    public DbSet<ConnectorState> Connectors => Set<ConnectorState>();
    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();
    public DbSet<PositionRow> Positions => Set<PositionRow>();
    public DbSet<NodeRow> Nodes => Set<NodeRow>();
    public DbSet<LeaseRow> Leases => Set<LeaseRow>();
    public DbSet<LoginRow> Logins => Set<LoginRow>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Moment>().HaveConversion<MomentConversion>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<TimeConversion>();
        configurationBuilder.Properties<SecretHash>().HaveConversion<HashConversion>().HaveMaxLength(64);
        configurationBuilder.Properties<Guid>().HaveConversion<GuidConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<ActionId>().HaveConversion<ActionIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<SessionId>().HaveConversion<SessionIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<AgentId>().HaveConversion<AgentIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<PersonId>().HaveConversion<PersonIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<CredentialId>().HaveConversion<CredentialIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<StopId>().HaveConversion<StopIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<BurstId>().HaveConversion<BurstIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<ObservationId>().HaveConversion<ObservationIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<WebhookId>().HaveConversion<WebhookIdConversion>().HaveMaxLength(16);
        configurationBuilder.Properties<ConnectorId>().HaveConversion<ConnectorIdConversion>().HaveMaxLength(16);
        Json<IReadOnlyList<string>>(configurationBuilder);
        Json<IReadOnlyList<DeliveryAttempt>>(configurationBuilder);
        Json<IReadOnlyList<NodeReport>>(configurationBuilder);
        Json<IReadOnlyList<Approval>>(configurationBuilder);
        Json<IReadOnlyList<Permission>>(configurationBuilder);
        Json<IReadOnlyList<StopLayer>>(configurationBuilder);
        configurationBuilder.Properties<ImmutableSortedDictionary<string, int>>().HaveConversion<CountsConversion>();
        Json<IReadOnlyList<ConnectorRule>>(configurationBuilder);
        Json<GatewayCall>(configurationBuilder);
        Json<Denial>(configurationBuilder);
        Json<Extension>(configurationBuilder);
        Json<Conversation>(configurationBuilder);
        Json<IReadOnlyList<Viewing>>(configurationBuilder);
        Json<Verdict>(configurationBuilder);
        Json<RiskAssessment>(configurationBuilder);
        Json<AgentLimits>(configurationBuilder);
        Json<ClientInfo>(configurationBuilder);
        Json<RunnerState>(configurationBuilder);
        Json<ActorStamp>(configurationBuilder);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<HeadRow>(t => t.ToTable("head").Property(h => h.Id).ValueGeneratedNever());
        modelBuilder.Entity<EntryRow>(t =>
        {
            Keyed(t.ToTable("entries"));
            t.Property(e => e.Kind).HasMaxLength(100);
            t.Property(e => e.Batch).HasMaxLength(16);
            t.Property(e => e.Hash).HasMaxLength(32);
            t.HasIndex(e => new { e.ActionSequence, e.Sequence });
            t.HasIndex(e => new { e.SessionSequence, e.Sequence });
            // The last checkpoint is looked for each hour, and is one of very few: it is found without a walk back through all others.
            t.HasIndex(e => new { e.Kind, e.Sequence }).HasFilter("\"Kind\" = 'ledger.checkpoint'");
        });
        modelBuilder.Entity<ContentRow>(t => t.ToTable("contents").HasKey(c => new { c.Sequence, c.Part }));
        modelBuilder.Entity<AgentDayRow>(t => t.ToTable("agent_days").HasKey(d => new { d.AgentSequence, d.Day }));
        modelBuilder.Entity<FleetCountRow>(t => t.ToTable("fleet_counts").HasKey(c => new { c.Day, c.Name }));
        modelBuilder.Entity<FleetCountRow>().Property(c => c.Name).HasMaxLength(120);
        modelBuilder.Entity<DecisionFact>(MapDecisionFacts);
        modelBuilder.Entity<StandingRow>(MapStandings);
        modelBuilder.Entity<AgentWordRow>(t => t.ToTable("agent_words").HasKey(w => new { w.AgentSequence, w.Word }));
        modelBuilder.Entity<AgentWordRow>().Property(w => w.Word).HasMaxLength(Domain.Agents.AgentWords.MostLetters);
        modelBuilder.Entity<AgentWordRow>().HasIndex(w => new { w.Word, w.AgentSequence });
        modelBuilder.Entity<ActionState>(MapActions);
        modelBuilder.Entity<BurstState>(t =>
        {
            Keyed(t.ToTable("bursts"));
            t.Property(b => b.Type).HasMaxLength(100);
            t.HasIndex(b => b.Id).IsUnique();
            t.HasIndex(b => new { b.AgentSequence, b.Type, b.Sequence });
            t.HasIndex(b => new { b.Settled, b.Sequence });
        });
        modelBuilder.Entity<ObservationState>(MapObservations);
        modelBuilder.Entity<SessionState>(t =>
        {
            Keyed(t.ToTable("sessions"));
            t.HasIndex(s => s.Id).IsUnique();
            t.HasIndex(s => s.TokenHash).IsUnique();
            t.HasIndex(s => s.RunnerTokenHash).IsUnique().HasFilter("\"RunnerTokenHash\" IS NOT NULL");
            t.HasIndex(s => new { s.AgentSequence, s.Status, s.Sequence });
            t.HasIndex(s => new { s.Status, s.ExpiresAt });
            t.HasIndex(s => new { s.StoppedBy, s.Sequence });
        });
        modelBuilder.Entity<AgentState>(t =>
        {
            Keyed(t.ToTable("agents"));
            t.Property(a => a.Name).HasMaxLength(63);
            t.Property(a => a.DisplayName).HasMaxLength(200);
            t.HasIndex(a => a.Id).IsUnique();
            t.HasIndex(a => a.Name).IsUnique();
        });
        modelBuilder.Entity<PersonState>(t =>
        {
            Keyed(t.ToTable("people"));
            t.Property(p => p.EmailKey).HasMaxLength(254);
            t.HasIndex(p => p.Id).IsUnique();
            t.HasIndex(p => p.EmailKey).IsUnique();
        });
        modelBuilder.Entity<CredentialState>(t =>
        {
            Keyed(t.ToTable("credentials"));
            t.HasIndex(c => c.Id).IsUnique();
            t.HasIndex(c => c.Hash).IsUnique();
            t.HasIndex(c => new { c.HolderSequence, c.Kind });
        });
        modelBuilder.Entity<StopState>(t =>
        {
            Keyed(t.ToTable("stops"));
            t.HasIndex(s => s.Id).IsUnique();
            t.HasIndex(s => new { s.Settled, s.Sequence });
            t.HasIndex(s => new { s.Drill, s.Sequence });
        });
        modelBuilder.Entity<DocumentState>(t =>
        {
            Keyed(t.ToTable("documents"));
            t.HasIndex(d => new { d.Kind, d.AgentSequence, d.Version }).IsUnique();
        });
        modelBuilder.Entity<ConsoleState>(t => Keyed(t.ToTable("console")));
        modelBuilder.Entity<WebhookState>(t =>
        {
            Keyed(t.ToTable("webhooks"));
            t.Property(w => w.Url).HasMaxLength(2000);
            t.Property(w => w.CutOff).HasMaxLength(63);
            t.HasIndex(w => w.Id).IsUnique();
        });
        modelBuilder.Entity<ConnectorState>(t =>
        {
            Keyed(t.ToTable("connectors"));
            t.Property(c => c.Name).HasMaxLength(63);
            t.Property(c => c.BaseAddress).HasMaxLength(1000);
            t.Property(c => c.CredentialName).HasMaxLength(200);
            t.HasIndex(c => c.Id).IsUnique();
            t.HasIndex(c => new { c.Status, c.Name });
        });
        modelBuilder.Entity<DeliveryRow>(MapDeliveries);
        modelBuilder.Entity<PositionRow>(t => t.ToTable("positions").HasKey(p => p.Follower));
        modelBuilder.Entity<PositionRow>().Property(p => p.Follower).HasMaxLength(50);
        modelBuilder.Entity<NodeRow>(t => t.ToTable("nodes").HasKey(n => n.Id));
        modelBuilder.Entity<NodeRow>().Property(n => n.Id).ValueGeneratedNever();
        modelBuilder.Entity<NodeRow>().Property(n => n.Name).HasMaxLength(200);
        modelBuilder.Entity<LeaseRow>(t => t.ToTable("runner_leases").HasKey(l => l.SessionSequence));
        modelBuilder.Entity<LeaseRow>().Property(l => l.SessionSequence).ValueGeneratedNever();
        modelBuilder.Entity<LoginRow>(t => t.ToTable("logins").HasKey(l => l.PersonSequence));
        modelBuilder.Entity<LoginRow>().Property(l => l.PersonSequence).ValueGeneratedNever();
        modelBuilder.Entity<DataProtectionKey>().ToTable("data_protection_keys");
        modelBuilder.Speak(this);
    }

    /// <summary>The ledger sequence that made the row is its key: given, never generated.</summary>
    private static void Keyed<T>(EntityTypeBuilder<T> table) where T : class
    {
        table.HasKey("Sequence");
        table.Property("Sequence").ValueGeneratedNever();
    }

    private static void Json<T>(ModelConfigurationBuilder configuration) where T : class =>
        configuration.Properties<T>().HaveConversion<JsonConversion<T>>();
}
