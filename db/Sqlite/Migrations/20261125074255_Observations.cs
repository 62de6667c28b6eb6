using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Observations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_actions_AgentSequence_ResourceHash",
                table: "actions");

            migrationBuilder.AddColumn<long>(
                name: "ObservationSequence",
                table: "actions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PayloadBytes",
                table: "actions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PermitConsumedAt",
                table: "actions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "observations",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Resource = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    ExternalId = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    ObservedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ActionSequence = table.Column<long>(type: "INTEGER", nullable: true),
                    Action = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_observations", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_ResourceHash_EndedAt",
                table: "actions",
                columns: new[] { "AgentSequence", "ResourceHash", "EndedAt" });

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
                filter: "\"ActionSequence\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_observations_uncovered_of_agent",
                table: "observations",
                columns: new[] { "AgentSequence", "Sequence" },
                filter: "\"ActionSequence\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "observations");

            migrationBuilder.DropIndex(
                name: "IX_actions_AgentSequence_ResourceHash_EndedAt",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "ObservationSequence",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "PayloadBytes",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "PermitConsumedAt",
                table: "actions");

            migrationBuilder.CreateIndex(
                name: "IX_actions_AgentSequence_ResourceHash",
                table: "actions",
                columns: new[] { "AgentSequence", "ResourceHash" });
        }
    }
}
