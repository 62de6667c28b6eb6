using System.Net;
using System.Text;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Gateway;
using AgentApprovals.Tests.Drivers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>Whoever can write the database can't have the gateway send what nobody reviewed.</summary>
public sealed class ChangedBytesTests(GatewayStage it) : IClassFixture<GatewayStage>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await it.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_changed_byte_of_a_stored_request_and_nothing_is_sent()
    {
        var times = Soak.Times(6);
        var sender = it.Console.Services.GetRequiredService<StoredSender>();
        for (var i = 0; i < times; i++)
        {
            var action = await it.ReleasedAsync($"Flush number {i}");
            await ChangeAsync(action.Text("id"));
            (await it.Run.Agent.Post($"actions/{action["id"]}/redeem")).IsRefused(HttpStatusCode.Conflict, "payload_changed");
            Assert.Equal(("failed", "failed"), ((await it.Scene.Admin.Look(action)).Text("status"), (await it.Scene.Admin.Look(action)).Text("outcome")));
        }

        Assert.Empty(it.Target.Arrived);
        // The control: unguarded, the changed bytes are sent.
        sender.ChecksDigest = false;
        try
        {
            var unguarded = await it.ReleasedAsync("Flush");
            await ChangeAsync(unguarded.Text("id"), inQuery: true);
            (await it.Run.Agent.Post($"actions/{unguarded["id"]}/redeem")).Is(HttpStatusCode.OK);
        }
        finally
        {
            sender.ChecksDigest = true;
        }

        Assert.Single(it.Target.Arrived);
    }

    private async Task ChangeAsync(string id, bool inQuery = false)
    {
        await using var db = await it.Contexts.CreateDbContextAsync();
        var sequence = await db.Actions.Where(a => a.Id == new ActionId(Guid.Parse(id))).Select(a => a.Sequence).SingleAsync();
        var content = await db.Contents.AsNoTracking().SingleAsync(c => c.Sequence == sequence && c.Part == ContentPart.Payload);
        var bytes = inQuery
            ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content.Bytes!).Replace("\"query\":\"\"", "\"query\":\"x\"", StringComparison.Ordinal))
            : [.. content.Bytes!];
        if (!inQuery)
        {
            // Any byte but those of the frame: it is JSON still.
            var text = bytes.AsSpan().IndexOf("Flush"u8);
            bytes[text + Random.Shared.Next(5)] ^= 1;
        }

        Assert.NotEqual(content.Bytes, bytes);
        await db.Contents.Where(c => c.Sequence == sequence && c.Part == ContentPart.Payload).ExecuteUpdateAsync(u => u.SetProperty(c => c.Bytes, bytes));
    }
}
