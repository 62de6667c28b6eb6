using Microsoft.Data.Sqlite;
using Xunit;

namespace AgentApprovals.Tests.Data;

/// <summary>What somebody with the database file in hand could do to the record, and that each of it shows.</summary>
public sealed class ChainCheckTests
{
    [Theory]
    [InlineData("an edit of the bytes", "UPDATE entries SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'm5', 'm6') AS BLOB) WHERE Sequence = 7", 7)]
    [InlineData("an edit with its own hash put right", "UPDATE entries SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'm5', 'm6') AS BLOB), Hash = sha256(CAST(replace(CAST(Bytes AS TEXT), 'm5', 'm6') AS BLOB)) WHERE Sequence = 7", 8)]
    [InlineData("another hash", "UPDATE entries SET Hash = zeroblob(32) WHERE Sequence = 7", 7)]
    [InlineData("another time in the column", "UPDATE entries SET At = At + 1 WHERE Sequence = 7", 7)]
    [InlineData("another kind in the column", "UPDATE entries SET Kind = 'action.approved' WHERE Sequence = 7", 7)]
    [InlineData("another batch in the column", "UPDATE entries SET Batch = zeroblob(16) WHERE Sequence = 7", 7)]
    [InlineData("another action in the column", "UPDATE entries SET ActionSequence = 3 WHERE Sequence = 7", 7)]
    [InlineData("one taken out", "DELETE FROM entries WHERE Sequence = 7", 7)]
    [InlineData("one taken out and the rest moved up", "DELETE FROM entries WHERE Sequence = 7; UPDATE entries SET Sequence = Sequence - 1 WHERE Sequence > 7", 7)]
    [InlineData("one put in at the end", "INSERT INTO entries SELECT Sequence + 1, Batch, At, Kind, ActionSequence, SessionSequence, AgentSequence, Bytes, Hash FROM entries WHERE Sequence = (SELECT MAX(Sequence) FROM entries); UPDATE head SET Sequence = Sequence + 1", 13)]
    [InlineData("two in each other's place", "UPDATE entries SET Sequence = 1000 WHERE Sequence = 7; UPDATE entries SET Sequence = 7 WHERE Sequence = 8; UPDATE entries SET Sequence = 8 WHERE Sequence = 1000", 7)]
    [InlineData("the tail cut off", "DELETE FROM entries WHERE Sequence > 9", 10)]
    [InlineData("the tail cut off, and the head's number moved with it", "DELETE FROM entries WHERE Sequence > 9; UPDATE head SET Sequence = 9", 9)]
    [InlineData("more behind the head", "UPDATE head SET Sequence = 9, Hash = (SELECT Hash FROM entries WHERE Sequence = 9)", 10)]
    [InlineData("another head", "UPDATE head SET Hash = zeroblob(32)", 12)]
    public async Task Tampering_is_found_at_its_place(string what, string sql, long place)
    {
        await using var driver = await LedgerDriver.OpenAsync();
        for (var i = 0; i < 11; i++)
            (await driver.Mark($"m{i}")).Require();
        var untouched = await driver.CheckAsync();
        Assert.True(untouched.Valid);
        Assert.Equal(12, untouched.Entries);

        Tamper(driver, sql);

        var report = await driver.CheckAsync();
        Assert.False(report.Valid, what);
        Assert.Equal(place, report.FirstInvalid);
    }

    [Fact]
    public async Task A_chain_that_was_made_anew_in_all_its_entries_does_not_meet_the_head()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        for (var i = 0; i < 11; i++)
            (await driver.Mark($"m{i}")).Require();

        using (var connection = Open(driver))
        {
            var previous = new string('0', 64);
            for (var sequence = 1L; sequence <= 12; sequence++)
            {
                var text = Scalar(connection, $"SELECT CAST(Bytes AS TEXT) FROM entries WHERE Sequence = {sequence}").Replace("m5", "m6", StringComparison.Ordinal);
                text = System.Text.RegularExpressions.Regex.Replace(text, "\"previousHash\":\"[0-9a-f]{64}\"", $"\"previousHash\":\"{previous}\"");
                previous = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
                using var update = connection.CreateCommand();
                update.CommandText = $"UPDATE entries SET Bytes = CAST($text AS BLOB), Hash = unhex('{previous}') WHERE Sequence = {sequence}";
                update.Parameters.AddWithValue("$text", text);
                update.ExecuteNonQuery();
            }
        }

        var report = await driver.CheckAsync();
        Assert.False(report.Valid);
        Assert.Equal(12, report.FirstInvalid);
    }

    private static void Tamper(LedgerDriver driver, string sql)
    {
        using var connection = Open(driver);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    private static SqliteConnection Open(LedgerDriver driver)
    {
        var connection = new SqliteConnection(driver.ConnectionString);
        connection.Open();
        connection.CreateFunction("sha256", (byte[] bytes) => System.Security.Cryptography.SHA256.HashData(bytes));
        return connection;
    }

    private static string Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)command.ExecuteScalar()!;
    }
}
