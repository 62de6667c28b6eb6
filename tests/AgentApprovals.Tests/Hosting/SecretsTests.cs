using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Hosting;

/// <summary>Secrets and payloads are never logged, however talkative the log is.</summary>
public sealed class SecretsTests(PublishedConsole published) : IClassFixture<PublishedConsole>
{
    private const string Planted = "planted-secret-7f3a9c";

    [Fact]
    public async Task No_secret_that_came_in_or_was_handed_out_is_in_the_log_at_any_level()
    {
        var settings = PublishedConsole.Settings(Directory.CreateTempSubdirectory("agent-approvals-").FullName);
        foreach (var category in new[] { "Default", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Hangfire" })
            settings[$"Logging__LogLevel__{category}"] = "Trace";
        await using var console = await published.ServeAsync(settings);
        var secrets = new List<string> { TestConsole.AdminToken };
        var admin = console.Admin;
        (await admin.Put("policies", new { version = 0, rules = new[] { Scene.Rule("allow") } })).Is(HttpStatusCode.OK);
        (await admin.Put("action-types", new { version = 0, items = new[] { new { name = "note.write", reversible = true } } })).Is(HttpStatusCode.OK);
        var agent = (await admin.Post("agents", new { name = "a", owner = "o@example.com" })).Is(HttpStatusCode.Created).Text("id");
        (await admin.Put($"agents/{agent}/permissions", new { version = 0, items = new[] { new { type = "*", resource = "*" } } })).Is(HttpStatusCode.OK);
        secrets.Add((await admin.Post($"agents/{agent}/keys", new { name = "k" })).Is(HttpStatusCode.Created).Text("key"));
        secrets.Add((await console.As(secrets[^1]).Post("sessions", new { onBehalfOf = "o@example.com", purpose = Planted })).Is(HttpStatusCode.Created).Text("token"));
        var run = console.As(secrets[^1]);
        var body = new { type = "note.write", resource = $"note://{Planted}", summary = Planted, reason = Planted, payload = new { password = Planted } };
        var action = (await run.Post("actions", body, key: Planted)).Is(HttpStatusCode.Created);
        Assert.Equal("released", action.Text("status"));
        secrets.Add((await run.Post($"actions/{action["id"]}/redeem")).Is(HttpStatusCode.OK).Text("permit"));
        var person = (await admin.Post("people", new { email = "p@example.com" })).Is(HttpStatusCode.Created);
        secrets.Add(person.Text("setupUrl").Split("link=")[1]);
        secrets.Add((await admin.Post($"people/{person["id"]}/tokens", new { name = "t" })).Is(HttpStatusCode.Created).Text("token"));
        // Also where they stand in an address, and where they are wrong.
        await admin.Client.GetAsync($"/account/setup?link={secrets[^2]}", TestContext.Current.CancellationToken);
        await console.As(null).Client.PostAsync($"/hubs/live/negotiate?access_token={secrets[^1]}", null, TestContext.Current.CancellationToken);
        (await console.As("aap_" + Planted).Get("agents")).IsRefused(HttpStatusCode.Unauthorized, "unauthenticated");
        (await run.PostRaw("actions", $$"""{"payload":"{{Planted}}","payload":1}""")).IsRefused(HttpStatusCode.BadRequest, "invalid_request");

        var log = console.Printed;
        // The control: the log is talkative, and what is no secret is in it.
        Assert.Contains("/api/v1/agents", log, StringComparison.Ordinal);
        Assert.DoesNotContain(secrets.Append(Planted), s => log.Contains(s, StringComparison.Ordinal));
    }
}
