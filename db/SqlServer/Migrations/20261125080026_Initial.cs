using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "actions",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    SessionSequence = table.Column<long>(type: "bigint", nullable: false),
                    Type = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Resource = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Summary = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ReasonDigest = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    PayloadDigest = table.Column<string>(type: "nvarchar(71)", maxLength: 71, nullable: false, collation: "Latin1_General_100_BIN2"),
                    SubmittedDigest = table.Column<string>(type: "nvarchar(71)", maxLength: 71, nullable: false, collation: "Latin1_General_100_BIN2"),
                    PayloadBytes = table.Column<int>(type: "int", nullable: true),
                    PayloadSequence = table.Column<long>(type: "bigint", nullable: false),
                    DirectedBy = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Directed = table.Column<int>(type: "int", nullable: false),
                    Status = table.Column<int>(type: "int", nullable: false),
                    SubmittedAt = table.Column<long>(type: "bigint", nullable: false),
                    ConfirmationEndsAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    ReleaseAt = table.Column<long>(type: "bigint", nullable: true),
                    PermitExpiresAt = table.Column<long>(type: "bigint", nullable: true),
                    ExecuteUntil = table.Column<long>(type: "bigint", nullable: true),
                    RedeemSequence = table.Column<long>(type: "bigint", nullable: true),
                    PermitConsumedAt = table.Column<long>(type: "bigint", nullable: true),
                    ObservationSequence = table.Column<long>(type: "bigint", nullable: true),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    Verdict = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Risk = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Approvals = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Denial = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Edited = table.Column<bool>(type: "bit", nullable: false),
                    BurstSequence = table.Column<long>(type: "bigint", nullable: true),
                    Burst = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: true),
                    PurgedAt = table.Column<long>(type: "bigint", nullable: true),
                    Outcome = table.Column<int>(type: "int", nullable: true),
                    OutcomeDetail = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Extension = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Conversation = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Views = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    PermissionKey = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    RepeatKey = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ResourceHash = table.Column<long>(type: "bigint", nullable: false),
                    IdempotencyKey = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true, collation: "Latin1_General_100_BIN2"),
                    IdempotencyBody = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    RedeemKey = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    RedeemBody = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Call = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    DueAt = table.Column<long>(type: "bigint", nullable: true),
                    RuleName = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    RememberedUntil = table.Column<long>(type: "bigint", nullable: true),
                    DecidedAfterMs = table.Column<long>(type: "bigint", nullable: true),
                    Mode = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_actions", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "agent_days",
                columns: table => new
                {
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    Day = table.Column<int>(type: "int", nullable: false),
                    Counts = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_days", x => new { x.AgentSequence, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "agent_standings",
                columns: table => new
                {
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "nvarchar(63)", maxLength: 63, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Status = table.Column<int>(type: "int", nullable: false),
                    Risk = table.Column<int>(type: "int", nullable: false),
                    Unused = table.Column<int>(type: "int", nullable: false),
                    RequiresRunner = table.Column<bool>(type: "bit", nullable: false),
                    SeenAt = table.Column<long>(type: "bigint", nullable: true),
                    HoldsUntil = table.Column<int>(type: "int", nullable: false),
                    Catalogue = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_standings", x => x.AgentSequence);
                });

            migrationBuilder.CreateTable(
                name: "agent_words",
                columns: table => new
                {
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    Word = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_words", x => new { x.AgentSequence, x.Word });
                });

            migrationBuilder.CreateTable(
                name: "agents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "nvarchar(63)", maxLength: 63, nullable: false, collation: "Latin1_General_100_BIN2"),
                    DisplayName = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Owner = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    ActsFor = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Labels = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Limits = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Permissions = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    PermissionsVersion = table.Column<int>(type: "int", nullable: false),
                    RequiresInstructionsDigest = table.Column<bool>(type: "bit", nullable: false),
                    RequiresRunner = table.Column<bool>(type: "bit", nullable: false),
                    IsTest = table.Column<bool>(type: "bit", nullable: false),
                    StopOnBypass = table.Column<bool>(type: "bit", nullable: false),
                    Retired = table.Column<bool>(type: "bit", nullable: false),
                    StoppedBy = table.Column<long>(type: "bigint", nullable: true),
                    StoppedForRepeatsAt = table.Column<long>(type: "bigint", nullable: true),
                    Instructions = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agents", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "bursts",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    Type = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false, collation: "Latin1_General_100_BIN2"),
                    PerSeconds = table.Column<int>(type: "int", nullable: false),
                    OpenedAt = table.Column<long>(type: "bigint", nullable: false),
                    Denial = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Settled = table.Column<bool>(type: "bit", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bursts", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "connectors",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "nvarchar(63)", maxLength: 63, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Kind = table.Column<int>(type: "int", nullable: false),
                    BaseAddress = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Placement = table.Column<int>(type: "int", nullable: false),
                    CredentialName = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true, collation: "Latin1_General_100_BIN2"),
                    CredentialSequence = table.Column<long>(type: "bigint", nullable: true),
                    HoldSeconds = table.Column<int>(type: "int", nullable: false),
                    Rules = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Version = table.Column<int>(type: "int", nullable: false),
                    Status = table.Column<int>(type: "int", nullable: false),
                    MadeBy = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    MadeByName = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_connectors", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "console",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    StoppedBy = table.Column<long>(type: "bigint", nullable: true),
                    Policy = table.Column<long>(type: "bigint", nullable: true),
                    Catalogue = table.Column<long>(type: "bigint", nullable: true),
                    Instructions = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_console", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "contents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Part = table.Column<int>(type: "int", nullable: false),
                    Bytes = table.Column<byte[]>(type: "varbinary(max)", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contents", x => new { x.Sequence, x.Part });
                });

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Kind = table.Column<int>(type: "int", nullable: false),
                    HolderSequence = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Hash = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    MayDecide = table.Column<int>(type: "int", nullable: false),
                    MadeBy = table.Column<long>(type: "bigint", nullable: true),
                    MadeByName = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    EndsAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    Id = table.Column<int>(type: "int", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    FriendlyName = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Xml = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_protection_keys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<int>(type: "int", nullable: false),
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<int>(type: "int", nullable: false),
                    Digest = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    AuthorName = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Reason = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    At = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_documents", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "entries",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Batch = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ActionSequence = table.Column<long>(type: "bigint", nullable: true),
                    SessionSequence = table.Column<long>(type: "bigint", nullable: true),
                    AgentSequence = table.Column<long>(type: "bigint", nullable: true),
                    Bytes = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    Hash = table.Column<byte[]>(type: "varbinary(32)", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entries", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "fleet_counts",
                columns: table => new
                {
                    Day = table.Column<int>(type: "int", nullable: false),
                    Name = table.Column<string>(type: "nvarchar(120)", maxLength: 120, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fleet_counts", x => new { x.Day, x.Name });
                });

            migrationBuilder.CreateTable(
                name: "head",
                columns: table => new
                {
                    Id = table.Column<int>(type: "int", nullable: false),
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Hash = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    ClockOffset = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_head", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "logins",
                columns: table => new
                {
                    PersonSequence = table.Column<long>(type: "bigint", nullable: false),
                    PasswordHash = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    SecurityStamp = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    AccessFailedCount = table.Column<int>(type: "int", nullable: false),
                    LockoutEnd = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logins", x => x.PersonSequence);
                });

            migrationBuilder.CreateTable(
                name: "observations",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    Key = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Type = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Resource = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ExternalId = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ObservedAt = table.Column<long>(type: "bigint", nullable: false),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false),
                    ActionSequence = table.Column<long>(type: "bigint", nullable: true),
                    Action = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_observations", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "people",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Email = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    EmailKey = table.Column<string>(type: "nvarchar(254)", maxLength: 254, nullable: false, collation: "Latin1_General_100_BIN2"),
                    DisplayName = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Roles = table.Column<int>(type: "int", nullable: false),
                    Groups = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Active = table.Column<bool>(type: "bit", nullable: false),
                    HasLogin = table.Column<bool>(type: "bit", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_people", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "positions",
                columns: table => new
                {
                    Follower = table.Column<string>(type: "nvarchar(50)", maxLength: 50, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_positions", x => x.Follower);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "bigint", nullable: false),
                    KeySequence = table.Column<long>(type: "bigint", nullable: false),
                    TokenHash = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    OnBehalfOf = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Purpose = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    Client = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    StartedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    Status = table.Column<int>(type: "int", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    StoppedBy = table.Column<long>(type: "bigint", nullable: true),
                    Compacted = table.Column<bool>(type: "bit", nullable: false),
                    RepeatsDenied = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "stops",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Scope = table.Column<int>(type: "int", nullable: false),
                    TargetSequence = table.Column<long>(type: "bigint", nullable: false),
                    TargetId = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: true),
                    TargetName = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    By = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Reason = table.Column<string>(type: "nvarchar(max)", nullable: true, collation: "Latin1_General_100_BIN2"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Drill = table.Column<bool>(type: "bit", nullable: false),
                    Layers = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Settled = table.Column<bool>(type: "bit", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stops", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    WebhookSequence = table.Column<long>(type: "bigint", nullable: false),
                    EntrySequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Event = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false, collation: "Latin1_General_100_BIN2"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<int>(type: "int", nullable: false),
                    Tries = table.Column<int>(type: "int", nullable: false),
                    SteppedOver = table.Column<bool>(type: "bit", nullable: false),
                    DueAt = table.Column<long>(type: "bigint", nullable: true),
                    Attempts = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_deliveries", x => new { x.WebhookSequence, x.EntrySequence });
                });

            migrationBuilder.CreateTable(
                name: "webhooks",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Id = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    Url = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Events = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Agent = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: true),
                    SecretSequence = table.Column<long>(type: "bigint", nullable: false),
                    EarlierSecretSequence = table.Column<long>(type: "bigint", nullable: true),
                    EarlierSecretUntil = table.Column<long>(type: "bigint", nullable: true),
                    Status = table.Column<int>(type: "int", nullable: false),
                    FailingSince = table.Column<long>(type: "bigint", nullable: true),
                    MadeBy = table.Column<byte[]>(type: "varbinary(16)", maxLength: 16, nullable: false),
                    MadeByName = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhooks", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_RememberedUntil",
                table: "actions",
                columns: new[] { "AgentSequence", "RememberedUntil" },
                filter: "[RememberedUntil] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_ResourceHash_EndedAt",
                table: "actions",
                columns: new[] { "AgentSequence", "ResourceHash", "EndedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_Status_Sequence",
                table: "actions",
                columns: new[] { "AgentSequence", "Status", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_SubmittedAt",
                table: "actions",
                columns: new[] { "AgentSequence", "SubmittedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_beyond",
                table: "actions",
                column: "Sequence",
                filter: "[PermissionKey] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_BurstSequence_Sequence",
                table: "actions",
                columns: new[] { "BurstSequence", "Sequence" },
                filter: "[BurstSequence] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_decided",
                table: "actions",
                column: "Sequence",
                filter: "[DecidedAfterMs] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_Directed_Sequence",
                table: "actions",
                columns: new[] { "Directed", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_DueAt",
                table: "actions",
                column: "DueAt",
                filter: "[DueAt] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_EndedAt",
                table: "actions",
                column: "EndedAt",
                filter: "[EndedAt] IS NOT NULL AND [PurgedAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_gathered",
                table: "actions",
                column: "Sequence",
                filter: "[BurstSequence] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_Id",
                table: "actions",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_actions_IdempotencyKey",
                table: "actions",
                column: "IdempotencyKey",
                unique: true,
                filter: "[IdempotencyKey] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_SessionSequence_Status",
                table: "actions",
                columns: new[] { "SessionSequence", "Status" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_Status_Sequence",
                table: "actions",
                columns: new[] { "Status", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_unruled",
                table: "actions",
                column: "Sequence",
                filter: "[RuleName] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_HoldsUntil",
                table: "agent_standings",
                column: "HoldsUntil");

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Name",
                table: "agent_standings",
                column: "Name");

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Risk_AgentSequence",
                table: "agent_standings",
                columns: new[] { "Risk", "AgentSequence" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_AgentSequence",
                table: "agent_standings",
                columns: new[] { "Status", "AgentSequence" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_Name",
                table: "agent_standings",
                columns: new[] { "Status", "Name" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRunner",
                table: "agent_standings",
                columns: new[] { "Status", "Risk", "AgentSequence", "Unused", "RequiresRunner" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_SeenAt",
                table: "agent_standings",
                columns: new[] { "Status", "SeenAt" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_words_Word_AgentSequence",
                table: "agent_words",
                columns: new[] { "Word", "AgentSequence" });

            migrationBuilder.CreateIndex(
                name: "IX_agents_Id",
                table: "agents",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_agents_Name",
                table: "agents",
                column: "Name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_bursts_AgentSequence_Type_Sequence",
                table: "bursts",
                columns: new[] { "AgentSequence", "Type", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_bursts_Id",
                table: "bursts",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_bursts_Settled_Sequence",
                table: "bursts",
                columns: new[] { "Settled", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_connectors_Id",
                table: "connectors",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_connectors_Status_Name",
                table: "connectors",
                columns: new[] { "Status", "Name" });

            migrationBuilder.CreateIndex(
                name: "IX_credentials_Hash",
                table: "credentials",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_credentials_HolderSequence_Kind",
                table: "credentials",
                columns: new[] { "HolderSequence", "Kind" });

            migrationBuilder.CreateIndex(
                name: "IX_credentials_Id",
                table: "credentials",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_documents_Kind_AgentSequence_Version",
                table: "documents",
                columns: new[] { "Kind", "AgentSequence", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_entries_ActionSequence_Sequence",
                table: "entries",
                columns: new[] { "ActionSequence", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_entries_Kind_Sequence",
                table: "entries",
                columns: new[] { "Kind", "Sequence" },
                filter: "[Kind] = N'ledger.checkpoint'");

            migrationBuilder.CreateIndex(
                name: "IX_entries_SessionSequence_Sequence",
                table: "entries",
                columns: new[] { "SessionSequence", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_observations_AgentSequence_Sequence",
                table: "observations",
                columns: new[] { "AgentSequence", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_observations_Id",
                table: "observations",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_observations_Key",
                table: "observations",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_observations_uncovered",
                table: "observations",
                column: "Sequence",
                filter: "[ActionSequence] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_observations_uncovered_of_agent",
                table: "observations",
                columns: new[] { "AgentSequence", "Sequence" },
                filter: "[ActionSequence] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_people_EmailKey",
                table: "people",
                column: "EmailKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_people_Id",
                table: "people",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sessions_AgentSequence_Status_Sequence",
                table: "sessions",
                columns: new[] { "AgentSequence", "Status", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_Id",
                table: "sessions",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sessions_Status_ExpiresAt",
                table: "sessions",
                columns: new[] { "Status", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_StoppedBy_Sequence",
                table: "sessions",
                columns: new[] { "StoppedBy", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_TokenHash",
                table: "sessions",
                column: "TokenHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stops_Drill_Sequence",
                table: "stops",
                columns: new[] { "Drill", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_stops_Id",
                table: "stops",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stops_Settled_Sequence",
                table: "stops",
                columns: new[] { "Settled", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_Id",
                table: "webhook_deliveries",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_WebhookSequence_DueAt",
                table: "webhook_deliveries",
                columns: new[] { "WebhookSequence", "DueAt" },
                filter: "[DueAt] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_webhooks_Id",
                table: "webhooks",
                column: "Id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "actions");

            migrationBuilder.DropTable(
                name: "agent_days");

            migrationBuilder.DropTable(
                name: "agent_standings");

            migrationBuilder.DropTable(
                name: "agent_words");

            migrationBuilder.DropTable(
                name: "agents");

            migrationBuilder.DropTable(
                name: "bursts");

            migrationBuilder.DropTable(
                name: "connectors");

            migrationBuilder.DropTable(
                name: "console");

            migrationBuilder.DropTable(
                name: "contents");

            migrationBuilder.DropTable(
                name: "credentials");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "documents");

            migrationBuilder.DropTable(
                name: "entries");

            migrationBuilder.DropTable(
                name: "fleet_counts");

            migrationBuilder.DropTable(
                name: "head");

            migrationBuilder.DropTable(
                name: "logins");

            migrationBuilder.DropTable(
                name: "observations");

            migrationBuilder.DropTable(
                name: "people");

            migrationBuilder.DropTable(
                name: "positions");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "stops");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "webhooks");
        }
    }
}
