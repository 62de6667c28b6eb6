using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Bursts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "Burst",
                table: "actions",
                type: "BLOB",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "BurstSequence",
                table: "actions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "bursts",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    AgentSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    PerSeconds = table.Column<int>(type: "INTEGER", nullable: false),
                    OpenedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Denial = table.Column<string>(type: "TEXT", nullable: true),
                    Settled = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bursts", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_actions_BurstSequence_Sequence",
                table: "actions",
                columns: new[] { "BurstSequence", "Sequence" },
                filter: "\"BurstSequence\" IS NOT NULL");

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "bursts");

            migrationBuilder.DropIndex(
                name: "IX_actions_BurstSequence_Sequence",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "Burst",
                table: "actions");

            migrationBuilder.DropColumn(
                name: "BurstSequence",
                table: "actions");
        }
    }
}
