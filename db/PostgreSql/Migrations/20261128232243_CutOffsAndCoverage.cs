using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class CutOffsAndCoverage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~",
                table: "agent_standings");

            migrationBuilder.AddColumn<string>(
                name: "CutOff",
                table: "webhooks",
                type: "character varying(63)",
                maxLength: 63,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<bool>(
                name: "ThroughGateway",
                table: "agent_standings",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~",
                table: "agent_standings",
                columns: new[] { "Status", "Risk", "AgentSequence", "Unused", "RequiresRunner", "ThroughGateway" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_gateway",
                table: "actions",
                column: "Sequence",
                filter: "\"Call\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~",
                table: "agent_standings");

            migrationBuilder.DropIndex(
                name: "IX_actions_gateway",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "CutOff",
                table: "webhooks");

            migrationBuilder.DropColumn(
                name: "ThroughGateway",
                table: "agent_standings");

            migrationBuilder.CreateIndex(
                name: "IX_agent_standings_Status_Risk_AgentSequence_Unused_RequiresRu~",
                table: "agent_standings",
                columns: new[] { "Status", "Risk", "AgentSequence", "Unused", "RequiresRunner" });
        }
    }
}
