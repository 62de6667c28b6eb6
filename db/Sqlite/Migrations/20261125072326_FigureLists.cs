using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FigureLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "DecidedAfterMs",
                table: "actions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_actions_beyond",
                table: "actions",
                column: "Sequence",
                filter: "\"PermissionKey\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_decided",
                table: "actions",
                column: "Sequence",
                filter: "\"DecidedAfterMs\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_Directed_Sequence",
                table: "actions",
                columns: new[] { "Directed", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_actions_gathered",
                table: "actions",
                column: "Sequence",
                filter: "\"BurstSequence\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_actions_unruled",
                table: "actions",
                column: "Sequence",
                filter: "\"RuleName\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_actions_beyond",
                table: "actions");

            migrationBuilder.DropIndex(
                name: "IX_actions_decided",
                table: "actions");

            migrationBuilder.DropIndex(
                name: "IX_actions_Directed_Sequence",
                table: "actions");

            migrationBuilder.DropIndex(
                name: "IX_actions_gathered",
                table: "actions");

            migrationBuilder.DropIndex(
                name: "IX_actions_unruled",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "DecidedAfterMs",
                table: "actions");
        }
    }
}
