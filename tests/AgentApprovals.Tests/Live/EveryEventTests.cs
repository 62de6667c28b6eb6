using AgentApprovals.Domain.Webhooks;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Webhooks;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>One life, told three ways at once.</summary>
public sealed class EveryEventTests : IAsyncDisposable
{
    private readonly WebhookStage _it = new();

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task An_endpoint_an_event_stream_and_a_hub_connection_are_told_the_same_in_the_same_order()
    {
        await using var receiver = await Receiver.StartAsync();
        await _it.RegisterAsync(receiver.Url, [.. WebhookEvents.OfThings]);
        await using var hub = await LiveClient.ConnectAsync(_it.Console, TestConsole.AdminToken);
        await hub.SubscribeAsync();
        await using var stream = await EventClient.OpenAsync(_it.Admin);
        var expected = await EveryEvent.LiveAsync(_it);
        Assert.Equal(WebhookEvents.OfThings.Order(), expected.Distinct().Order());

        await _it.SendDueAsync();
        await stream.UntilAsync("session.expired");
        await hub.UntilAsync("session.expired");
        var streamed = stream.Told.Where(e => WebhookEvents.OfThings.Contains(e.EventType)).ToList();
        Assert.Equal(expected, receiver.All.Select(r => r.Type));
        Assert.Equal(expected, streamed.Select(e => e.EventType));
        Assert.Equal(expected, hub.Kinds.Where(WebhookEvents.OfThings.Contains));
        Assert.Equal(stream.Sequences, hub.Sequences);
        foreach (var (sent, told) in receiver.All.Zip(streamed))
        {
            Assert.Equal(sent.Json["timestamp"]!.ToString(), told.Data["timestamp"]!.ToString());
            Assert.Equal(Bare(sent.Json["data"]!), Bare(told.Data["data"]!));
            Assert.DoesNotContain(EveryEvent.Planted, told.Data.ToJsonString(), StringComparison.Ordinal);
        }
    }

    /// <summary>What leaves the console has secrets masked, and a receipt gathers as its layers are confirmed; nothing else differs.</summary>
    private static string Bare(System.Text.Json.Nodes.JsonNode data)
    {
        var bare = data.DeepClone().AsObject();
        bare.Remove("summary");
        bare.Remove("layers");
        return bare.ToJsonString();
    }
}
