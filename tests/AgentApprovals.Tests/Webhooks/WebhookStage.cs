using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Data.Queries;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>A console that may send to this machine, with the clock in the test's hand and nobody who sends but the test.</summary>
public sealed class WebhookStage : IAsyncDisposable
{
    public WebhookStage(string? folder = null, FakeTimeProvider? clock = null, Action<IServiceCollection>? services = null, string networks = "127.0.0.0/8")
    {
        Clock = clock ?? new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        Console = new(Clock, timer: false, hangfire: false, folder: folder, services: services, settings: Allowing(networks));
    }

    public FakeTimeProvider Clock { get; }

    public TestConsole Console { get; }

    public Person Admin => Console.Admin;

    public Deliveries Deliveries => Console.Services.GetRequiredService<Deliveries>();

    public static Dictionary<string, string?> Allowing(string networks = "127.0.0.0/8") => new() { ["Webhooks:AllowedNetworks"] = networks };

    public ValueTask DisposeAsync() => Console.DisposeAsync();

    public async Task<JsonNode> RegisterAsync(string url, params string[] events) => await Admin.RegisterAsync(url, null, events);

    /// <summary>Everything that is in the ledger was looked through for endpoints.</summary>
    public Task LookedThroughAsync() => Console.Services.GetRequiredService<WebhookFeed>().PassedAsync(Console.Services.GetRequiredService<Feed>().Position, TestContext.Current.CancellationToken);

    /// <summary>What Hangfire's jobs would do now.</summary>
    public async Task SendDueAsync()
    {
        await LookedThroughAsync();
        foreach (var webhook in await Deliveries.WaitingAsync())
            await Console.Services.GetRequiredService<WebhookSender>().RunAsync(webhook, TestContext.Current.CancellationToken);
    }

    /// <summary>When something is next due anywhere; null where nothing waits.</summary>
    public async Task<DateTimeOffset?> NextDueAsync()
    {
        await LookedThroughAsync();
        DateTimeOffset? next = null;
        foreach (var webhook in await Deliveries.WaitingAsync())
        {
            if (await Deliveries.NextDueAsync(webhook) is { } due && (next is null || due.ToDateTimeOffset() < next))
                next = due.ToDateTimeOffset();
        }

        return next;
    }

    /// <summary>Lets time pass up to a moment, and sends whenever something is due on the way.</summary>
    public async Task PassUntilAsync(DateTimeOffset until)
    {
        await SendDueAsync();
        while (await NextDueAsync() is { } due && due <= until)
        {
            if (due > Clock.GetUtcNow())
                Clock.SetUtcNow(due);
            await SendDueAsync();
        }

        Clock.SetUtcNow(until);
    }
}

internal static class WebhookPeople
{
    public static async Task<JsonNode> RegisterAsync(this Person person, string url, string? agentId, params string[] events) =>
        (await person.Post("webhooks", new { url, events, agentId })).Is(HttpStatusCode.Created);

    public static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(this Person person, JsonNode webhook) =>
        [.. (await person.Get($"webhooks/{webhook["id"]}/deliveries?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(d => d!)];

    /// <summary>Whether a request is signed with this secret, by the product's own check.</summary>
    public static bool IsSignedBy(this Received received, string secret, DateTimeOffset now) =>
        WebhookSignature.Verify(secret, received.Id, received.Timestamp, received.Signature, received.Body, now);
}
