using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FleetViews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "agent_standings",
                columns: table => new
                {
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    Risk = table.Column<int>(type: "INTEGER", nullable: false),
                    Unused = table.Column<int>(type: "INTEGER", nullable: false),
                    RequiresRunner = table.Column<bool>(type: "INTEGER", nullable: false),
                    SeenAt = table.Column<long>(type: "INTEGER", nullable: true),
                    HoldsUntil = table.Column<int>(type: "INTEGER", nullable: false),
                    Catalogue = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_standings", x => x.AgentSequence);
                });

            migrationBuilder.CreateTable(
                name: "agent_words",
                columns: table => new
                {
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Word = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_words", x => new { x.AgentSequence, x.Word });
                });

            migrationBuilder.CreateTable(
                name: "fleet_counts",
                columns: table => new
                {
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fleet_counts", x => new { x.Day, x.Name });
                });

            migrationBuilder.CreateIndex(
                name: "IX_stops_Drill_Sequence",
                table: "stops",
                columns: new[] { "Drill", "Sequence" });

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
                name: "IX_agent_standings_Status_Risk_AgentSequence",
                table: "agent_standings",
                columns: new[] { "Status", "Risk", "AgentSequence" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_words_Word_AgentSequence",
                table: "agent_words",
                columns: new[] { "Word", "AgentSequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "agent_standings");

            migrationBuilder.DropTable(
                name: "agent_words");

            migrationBuilder.DropTable(
                name: "fleet_counts");

            migrationBuilder.DropIndex(
                name: "IX_stops_Drill_Sequence",
                table: "stops");
        }
    }
}
