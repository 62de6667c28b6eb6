using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
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
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    SessionSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Resource = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Summary = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    ReasonDigest = table.Column<string>(type: "TEXT", nullable: true),
                    PayloadDigest = table.Column<string>(type: "TEXT", maxLength: 71, nullable: false),
                    SubmittedDigest = table.Column<string>(type: "TEXT", maxLength: 71, nullable: false),
                    PayloadSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    DirectedBy = table.Column<string>(type: "TEXT", nullable: true),
                    Directed = table.Column<int>(type: "INTEGER", nullable: false),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    SubmittedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ConfirmationEndsAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ReleaseAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PermitExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ExecuteUntil = table.Column<long>(type: "INTEGER", nullable: true),
                    RedeemSequence = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Verdict = table.Column<string>(type: "TEXT", nullable: false),
                    Risk = table.Column<string>(type: "TEXT", nullable: false),
                    Approvals = table.Column<string>(type: "TEXT", nullable: false),
                    Denial = table.Column<string>(type: "TEXT", nullable: true),
                    Edited = table.Column<bool>(type: "INTEGER", nullable: false),
                    Outcome = table.Column<int>(type: "INTEGER", nullable: true),
                    OutcomeDetail = table.Column<string>(type: "TEXT", nullable: true),
                    PermissionKey = table.Column<string>(type: "TEXT", nullable: true),
                    RepeatKey = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ResourceHash = table.Column<long>(type: "INTEGER", nullable: false),
                    IdempotencyKey = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    IdempotencyBody = table.Column<string>(type: "TEXT", nullable: true),
                    RedeemKey = table.Column<string>(type: "TEXT", nullable: true),
                    RedeemBody = table.Column<string>(type: "TEXT", nullable: true),
                    DueAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RuleName = table.Column<string>(type: "TEXT", nullable: true),
                    RememberedUntil = table.Column<long>(type: "INTEGER", nullable: true),
                    Mode = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_actions", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "agent_days",
                columns: table => new
                {
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Counts = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_days", x => new { x.AgentSequence, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "agents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    DisplayName = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    ActsFor = table.Column<string>(type: "TEXT", nullable: false),
                    Labels = table.Column<string>(type: "TEXT", nullable: false),
                    Limits = table.Column<string>(type: "TEXT", nullable: false),
                    Permissions = table.Column<string>(type: "TEXT", nullable: false),
                    PermissionsVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    RequiresInstructionsDigest = table.Column<bool>(type: "INTEGER", nullable: false),
                    RequiresRunner = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsTest = table.Column<bool>(type: "INTEGER", nullable: false),
                    StopOnBypass = table.Column<bool>(type: "INTEGER", nullable: false),
                    Retired = table.Column<bool>(type: "INTEGER", nullable: false),
                    StoppedBy = table.Column<long>(type: "INTEGER", nullable: true),
                    StoppedForRepeatsAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Instructions = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agents", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "console",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    StoppedBy = table.Column<long>(type: "INTEGER", nullable: true),
                    Policy = table.Column<long>(type: "INTEGER", nullable: true),
                    Catalogue = table.Column<long>(type: "INTEGER", nullable: true),
                    Instructions = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_console", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "contents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Part = table.Column<int>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contents", x => new { x.Sequence, x.Part });
                });

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    HolderSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    MayDecide = table.Column<int>(type: "INTEGER", nullable: false),
                    MadeBy = table.Column<long>(type: "INTEGER", nullable: true),
                    MadeByName = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndsAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    FriendlyName = table.Column<string>(type: "TEXT", nullable: true),
                    Xml = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_protection_keys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", nullable: false),
                    AuthorName = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_documents", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "entries",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Batch = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    ActionSequence = table.Column<long>(type: "INTEGER", nullable: true),
                    SessionSequence = table.Column<long>(type: "INTEGER", nullable: true),
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: true),
                    Bytes = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entries", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "head",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    ClockOffset = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_head", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "logins",
                columns: table => new
                {
                    PersonSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    PasswordHash = table.Column<string>(type: "TEXT", nullable: true),
                    SecurityStamp = table.Column<string>(type: "TEXT", nullable: false),
                    AccessFailedCount = table.Column<int>(type: "INTEGER", nullable: false),
                    LockoutEnd = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logins", x => x.PersonSequence);
                });

            migrationBuilder.CreateTable(
                name: "people",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    Email = table.Column<string>(type: "TEXT", nullable: false),
                    EmailKey = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    DisplayName = table.Column<string>(type: "TEXT", nullable: false),
                    Roles = table.Column<int>(type: "INTEGER", nullable: false),
                    Groups = table.Column<string>(type: "TEXT", nullable: false),
                    Active = table.Column<bool>(type: "INTEGER", nullable: false),
                    HasLogin = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_people", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    KeySequence = table.Column<long>(type: "INTEGER", nullable: false),
                    TokenHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    OnBehalfOf = table.Column<string>(type: "TEXT", nullable: false),
                    Purpose = table.Column<string>(type: "TEXT", nullable: true),
                    Client = table.Column<string>(type: "TEXT", nullable: true),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    StoppedBy = table.Column<long>(type: "INTEGER", nullable: true),
                    Compacted = table.Column<bool>(type: "INTEGER", nullable: false),
                    RepeatsDenied = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "stops",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    Scope = table.Column<int>(type: "INTEGER", nullable: false),
                    TargetSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    TargetId = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: true),
                    TargetName = table.Column<string>(type: "TEXT", nullable: true),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Drill = table.Column<bool>(type: "INTEGER", nullable: false),
                    Layers = table.Column<string>(type: "TEXT", nullable: false),
                    Settled = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stops", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_RememberedUntil",
                table: "actions",
                columns: new[] { "AgentSequence", "RememberedUntil" },
                filter: "\"RememberedUntil\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_ResourceHash",
                table: "actions",
                columns: new[] { "AgentSequence", "ResourceHash" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_Status_Sequence",
                table: "actions",
                columns: new[] { "AgentSequence", "Status", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_SubmittedAt",
                table: "actions",
                columns: new[] { "AgentSequence", "SubmittedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_DueAt",
                table: "actions",
                column: "DueAt",
                filter: "\"DueAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_Id",
                table: "actions",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_actions_IdempotencyKey",
                table: "actions",
                column: "IdempotencyKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_actions_SessionSequence_Status",
                table: "actions",
                columns: new[] { "SessionSequence", "Status" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_Status_Sequence",
                table: "actions",
                columns: new[] { "Status", "Sequence" });

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
                name: "IX_entries_SessionSequence_Sequence",
                table: "entries",
                columns: new[] { "SessionSequence", "Sequence" });

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
                name: "IX_stops_Id",
                table: "stops",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stops_Settled_Sequence",
                table: "stops",
                columns: new[] { "Settled", "Sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "actions");

            migrationBuilder.DropTable(
                name: "agent_days");

            migrationBuilder.DropTable(
                name: "agents");

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
                name: "head");

            migrationBuilder.DropTable(
                name: "logins");

            migrationBuilder.DropTable(
                name: "people");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "stops");
        }
    }
}
