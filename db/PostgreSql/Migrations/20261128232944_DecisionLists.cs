using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class DecisionLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_actions_decided",
                table: "actions");

            migrationBuilder.DropIndex(
                name: "IX_actions_Status_Sequence",
                table: "actions");

            migrationBuilder.CreateTable(
                name: "decision_facts",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Nth = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    Person = table.Column<byte[]>(type: "bytea", maxLength: 16, nullable: false),
                    IsYes = table.Column<bool>(type: "boolean", nullable: false),
                    Other = table.Column<byte[]>(type: "bytea", maxLength: 16, nullable: true),
                    ActionSequence = table.Column<long>(type: "bigint", nullable: true),
                    BurstSequence = table.Column<long>(type: "bigint", nullable: true),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Hour = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_decision_facts", x => new { x.Sequence, x.Nth });
                });

            migrationBuilder.CreateIndex(
                name: "IX_actions_decided",
                table: "actions",
                columns: new[] { "Sequence", "DecidedAfterMs" },
                filter: "\"DecidedAfterMs\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_Status_Sequence_EndedAt",
                table: "actions",
                columns: new[] { "Status", "Sequence", "EndedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_decision_facts_Kind_Sequence",
                table: "decision_facts",
                columns: new[] { "Kind", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_decision_facts_Person_Kind_Sequence",
                table: "decision_facts",
                columns: new[] { "Person", "Kind", "Sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "decision_facts");

            migrationBuilder.DropIndex(
                name: "IX_actions_decided",
                table: "actions");

            migrationBuilder.DropIndex(
                name: "IX_actions_Status_Sequence_EndedAt",
                table: "actions");

            migrationBuilder.CreateIndex(
                name: "IX_actions_decided",
                table: "actions",
                column: "Sequence",
                filter: "\"DecidedAfterMs\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_Status_Sequence",
                table: "actions",
                columns: new[] { "Status", "Sequence" });
        }
    }
}
