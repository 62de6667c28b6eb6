using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Runners : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "Paused",
                table: "sessions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Runner",
                table: "sessions",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "RunnerTokenHash",
                table: "sessions",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "runner_leases",
                columns: table => new
                {
                    SessionSequence = table.Column<long>(type: "bigint", nullable: false),
                    HeardAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runner_leases", x => x.SessionSequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_RunnerTokenHash",
                table: "sessions",
                column: "RunnerTokenHash",
                unique: true,
                filter: "\"RunnerTokenHash\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "runner_leases");

            migrationBuilder.DropIndex(
                name: "IX_sessions_RunnerTokenHash",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "Paused",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "Runner",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "RunnerTokenHash",
                table: "sessions");
        }
    }
}
