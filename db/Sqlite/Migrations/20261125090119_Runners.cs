using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
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
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Runner",
                table: "sessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RunnerTokenHash",
                table: "sessions",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "runner_leases",
                columns: table => new
                {
                    SessionSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    HeardAt = table.Column<long>(type: "INTEGER", nullable: false)
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
