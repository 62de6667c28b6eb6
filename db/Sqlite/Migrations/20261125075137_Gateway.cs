using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentApprovals.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Gateway : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Call",
                table: "actions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "connectors",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    BaseAddress = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    Placement = table.Column<int>(type: "INTEGER", nullable: false),
                    CredentialName = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    CredentialSequence = table.Column<long>(type: "INTEGER", nullable: true),
                    HoldSeconds = table.Column<int>(type: "INTEGER", nullable: false),
                    Rules = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    MadeBy = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    MadeByName = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_connectors", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_connectors_Id",
                table: "connectors",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_connectors_Status_Name",
                table: "connectors",
                columns: new[] { "Status", "Name" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "connectors");

            migrationBuilder.DropColumn(
                name: "Call",
                table: "actions");
        }
    }
}
