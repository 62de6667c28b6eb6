using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace AgentApprovals.Tests.Data;

/// <summary>What somebody with the database in hand could do to the record, and that each of it shows.</summary>
public sealed class ChainCheckTests
{
    private static readonly Dictionary<string, (Func<LedgerContext, Task> Do, long Place)> Ways = new()
    {
        ["an edit of the bytes"] = (db => db.EditAsync(e => e.Sequence == 7, "m5", "m6"), 7),
        ["an edit with its own hash put right"] = (db => db.EditAsync(e => e.Sequence == 7, "m5", "m6", rehashed: true), 8),
        ["another hash"] = (db => db.ChangeAsync(7, e => e.SetProperty(x => x.Hash, new byte[32])), 7),
        ["another time in the column"] = (async db => { var at = (await db.Entries.SingleAsync(e => e.Sequence == 7)).At; await db.ChangeAsync(7, e => e.SetProperty(x => x.At, new Moment(at.Milliseconds + 1))); }, 7),
        ["another kind in the column"] = (db => db.ChangeAsync(7, e => e.SetProperty(x => x.Kind, Kinds.ActionApproved)), 7),
        ["another batch in the column"] = (db => db.ChangeAsync(7, e => e.SetProperty(x => x.Batch, new byte[16])), 7),
        ["another action in the column"] = (db => db.ChangeAsync(7, e => e.SetProperty(x => x.ActionSequence, 3)), 7),
        ["one taken out"] = (db => db.RemoveAsync(e => e.Sequence == 7), 7),
        ["one taken out and the rest moved up"] = (async db =>
        {
            await db.RemoveAsync(e => e.Sequence == 7);
            for (var sequence = 8; sequence <= 12; sequence++)
                await db.MoveAsync(sequence, sequence - 1);
        }, 7),
        ["one put in at the end"] = (async db =>
        {
            var last = await db.Entries.AsNoTracking().SingleAsync(e => e.Sequence == 12);
            await db.MoveAsync(12, 13);
            db.Add(last);
            await db.SaveChangesAsync();
            await db.Heads.ExecuteUpdateAsync(h => h.SetProperty(x => x.Sequence, 13));
        }, 13),
        ["two in each other's place"] = (async db =>
        {
            await db.MoveAsync(7, 1000);
            await db.MoveAsync(8, 7);
            await db.MoveAsync(1000, 8);
        }, 7),
        ["the tail cut off"] = (db => db.RemoveAsync(e => e.Sequence > 9), 10),
        ["the tail cut off, and the head's number moved with it"] = (async db =>
        {
            await db.RemoveAsync(e => e.Sequence > 9);
            await db.Heads.ExecuteUpdateAsync(h => h.SetProperty(x => x.Sequence, 9));
        }, 9),
        ["more behind the head"] = (async db =>
        {
            var hash = (await db.Entries.SingleAsync(e => e.Sequence == 9)).Hash;
            await db.Heads.ExecuteUpdateAsync(h => h.SetProperty(x => x.Sequence, 9).SetProperty(x => x.Hash, hash));
        }, 10),
        ["another head"] = (db => db.Heads.ExecuteUpdateAsync(h => h.SetProperty(x => x.Hash, new byte[32])), 12),
    };

    public static TheoryData<string> Names => [.. Ways.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tampering_is_found_at_its_place(string way)
    {
        await using var driver = await LedgerDriver.OpenAsync();
        for (var i = 0; i < 11; i++)
            (await driver.Mark($"m{i}")).Require();
        var untouched = await driver.CheckAsync();
        Assert.True(untouched.Valid);
        Assert.Equal(12, untouched.Entries);

        await using (var db = await driver.Contexts.CreateDbContextAsync())
            await Ways[way].Do(db);

        var report = await driver.CheckAsync();
        Assert.False(report.Valid);
        Assert.Equal(Ways[way].Place, report.FirstInvalid);
    }

    [Fact]
    public async Task A_chain_that_was_made_anew_in_all_its_entries_does_not_meet_the_head()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        for (var i = 0; i < 11; i++)
            (await driver.Mark($"m{i}")).Require();

        await using (var db = await driver.Contexts.CreateDbContextAsync())
        {
            var previous = new string('0', 64);
            for (var sequence = 1L; sequence <= 12; sequence++)
            {
                var text = Encoding.UTF8.GetString((await db.Entries.SingleAsync(e => e.Sequence == sequence)).Bytes).Replace("m5", "m6", StringComparison.Ordinal);
                var bytes = Encoding.UTF8.GetBytes(Regex.Replace(text, "\"previousHash\":\"[0-9a-f]{64}\"", $"\"previousHash\":\"{previous}\""));
                var hash = SHA256.HashData(bytes);
                previous = Convert.ToHexStringLower(hash);
                await db.ChangeAsync(sequence, e => e.SetProperty(x => x.Bytes, bytes).SetProperty(x => x.Hash, hash));
            }
        }

        var report = await driver.CheckAsync();
        Assert.False(report.Valid);
        Assert.Equal(12, report.FirstInvalid);
    }

    [Fact]
    public async Task A_ledger_that_goes_on_while_it_is_checked_holds()
    {
        await using var driver = await LedgerDriver.OpenAsync();
        (await driver.Mark("before")).Require();
        var report = await new ChainCheck(driver.Contexts).RunAsync(1, null, TestContext.Current.CancellationToken, new Meanwhile(() => driver.Mark("meanwhile")));
        Assert.True(report.Valid, $"{report}");
        Assert.Equal(["before", "meanwhile"], await driver.MarksAsync());
        Assert.Equal(report.Head.Sequence, report.Entries);
    }

    /// <summary>Each page that was read has something happen before the next look.</summary>
    private sealed class Meanwhile(Func<Task> act) : IProgress<(long At, long Of)>
    {
        public void Report((long At, long Of) value) => act().GetAwaiter().GetResult();
    }
}
