using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FleetFigures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence",
                table: "agent_standings");

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRunner",
                table: "agent_standings",
                columns: new[] { "Status", "Risk", "AgentSequence", "Unused", "RequiresRunner" });

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_SeenAt",
                table: "agent_standings",
                columns: new[] { "Status", "SeenAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRunner",
                table: "agent_standings");

            migrationBuilder.DropIndex(
                name: "IX_agent_standings_Status_SeenAt",
                table: "agent_standings");

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence",
                table: "agent_standings",
                columns: new[] { "Status", "Risk", "AgentSequence" });
        }
    }
}
