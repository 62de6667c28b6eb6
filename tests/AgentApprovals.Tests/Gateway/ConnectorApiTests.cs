using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentApprovals.Data.Storage;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Model;
using AgentApprovals.Tests.Setup;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>Connectors over HTTP: what is valid, what is kept, and that a credential never comes back.</summary>
public sealed class ConnectorApiTests(SetupConsole it) : IClassFixture<SetupConsole>
{
    private const string Secret = "s3cret-of-the-forum-0123456789";

    [Fact]
    public async Task A_connector_is_made_read_replaced_and_deleted()
    {
        var name = it.NewName();
        var made = await it.Admin.Post("connectors", Body(name, Secret));
        var connector = made.Is(HttpStatusCode.Created);
        Assert.Equal($"/api/v1/connectors/{connector["id"]}", made.Response.Headers.Location?.ToString());
        Assert.Equal((name, "http", "https://forum.example.com/", 1), (connector.Text("name"), connector.Text("kind"), connector.Text("baseAddress"), (int)connector["version"]!));
        Assert.Equal("""{"placement":"header","name":"X-Api-Key","isSet":true}""", connector["credential"]!.ToJsonString());
        Assert.Equal(["forum.post"], connector["rules"]!.AsArray().Select(r => (string?)r!["actionType"]).OfType<string>());
        Assert.Equal(connector.ToJsonString(), (await it.Admin.Get($"connectors/{connector["id"]}")).Is(HttpStatusCode.OK).ToJsonString());
        Assert.Contains(connector.Text("id"), (await it.Admin.Get("connectors?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(c => c!.Text("id")));

        // Sent back as it was read, with another hold: the credential stays.
        connector["holdSeconds"] = 20;
        var replaced = (await it.Admin.Put($"connectors/{connector["id"]}", connector)).Is(HttpStatusCode.OK);
        Assert.Equal((20, 2, true), ((int)replaced["holdSeconds"]!, (int)replaced["version"]!, (bool)replaced["credential"]!["isSet"]!));
        (await it.Admin.Put($"connectors/{connector["id"]}", connector)).IsRefused(HttpStatusCode.Conflict, "stale_version");

        Assert.Equal(HttpStatusCode.NoContent, (await it.Admin.Delete($"connectors/{connector["id"]}")).Status);
        (await it.Admin.Get($"connectors/{connector["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await it.Admin.Delete($"connectors/{connector["id"]}")).IsRefused(HttpStatusCode.NotFound, "not_found");
        (await it.Admin.Post("connectors", Body(name, Secret))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_name_is_one_connectors_alone_and_never_mcp()
    {
        var name = it.NewName();
        (await it.Admin.Post("connectors", Body(name, Secret))).Is(HttpStatusCode.Created);
        (await it.Admin.Post("connectors", Body(name, Secret))).IsRefused(HttpStatusCode.Conflict, "name_taken");
        (await it.Admin.Post("connectors", Body("mcp", Secret))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        (await it.Admin.Post("connectors", Body("Forum", Secret))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_placement_needs_a_value_and_without_one_nothing_is_set()
    {
        (await it.Admin.Post("connectors", Body(it.NewName(), null))).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        var open = (await it.Admin.Post("connectors", new { name = it.NewName(), kind = "mcp", baseAddress = "https://tools.example.com/mcp" })).Is(HttpStatusCode.Created);
        Assert.Equal("""{"placement":"none","name":null,"isSet":false}""", open["credential"]!.ToJsonString());
    }

    [Fact]
    public async Task A_credential_given_for_one_place_goes_to_no_other()
    {
        var id = (await it.Admin.Post("connectors", Body(it.NewName(), Secret))).Is(HttpStatusCode.Created).Text("id");
        foreach (var change in new Action<JsonObject>[]
        {
            c => c["baseAddress"] = "https://collector.example.com/",
            c => c["baseAddress"] = "https://forum.example.com:8443/",
            c => c["credential"]!["name"] = "X-Other",
            c => c["credential"]!["placement"] = "bearer",
        })
        {
            var body = Body(it.NewName(), null);
            change(body);
            var refused = await it.Admin.Put($"connectors/{id}", body);
            refused.IsRefused(HttpStatusCode.BadRequest, "invalid_request");
            Assert.NotNull(refused.Body!["errors"]!["credential.value"]);
            body["credential"]!["value"] = "another-secret";
            (await it.Admin.Put($"connectors/{id}", body)).Is(HttpStatusCode.OK);
            (await it.Admin.Put($"connectors/{id}", Body(it.NewName(), Secret))).Is(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("http://224.0.0.1/")]
    public async Task A_connector_does_not_lead_to_metadata_link_local_or_by_plain_http_to_the_public(string address)
    {
        var body = Body(it.NewName(), Secret);
        body["baseAddress"] = address;
        (await it.Admin.Post("connectors", body)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        body["baseAddress"] = "http://10.1.2.3/";
        (await it.Admin.Post("connectors", body)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_connector_does_not_lead_back_to_the_console()
    {
        var body = Body(it.NewName(), Secret);
        foreach (var host in new[] { "127.0.0.1", "127.0.0.2", "[::1]", "localhost" })
        {
            body["baseAddress"] = $"http://{host}:{it.Console.Address.Port}/";
            (await it.Admin.Post("connectors", body)).IsRefused(HttpStatusCode.BadRequest, "invalid_request");
        }
    }

    [Fact]
    public async Task The_credential_is_in_no_answer_and_in_the_database_only_encrypted()
    {
        var made = await it.Admin.Post("connectors", Body(it.NewName(), Secret));
        var id = made.Is(HttpStatusCode.Created).Text("id");
        var told = new StringBuilder(made.Body!.ToJsonString());
        foreach (var path in new[] { $"connectors/{id}", "connectors?limit=200", "ledger?limit=200" })
            told.Append((await it.Admin.Get(path)).Is(HttpStatusCode.OK).ToJsonString());
        told.Append(await it.Admin.Client.GetStringAsync(new Uri("ledger/export", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Contains(id, told.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, told.ToString(), StringComparison.Ordinal);

        var contexts = it.Console.Services.GetRequiredService<IDbContextFactory<LedgerContext>>();
        await using var db = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var kept = await db.Contents.Where(c => c.Part == ContentPart.Credential).ToListAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(kept);
        Assert.All(kept, c => Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(c.Bytes!), StringComparison.Ordinal));
        Assert.Empty(await Replay.DifferencesAsync(contexts));
    }

    private static JsonObject Body(string name, string? secret)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(new
        {
            name,
            kind = "http",
            baseAddress = "https://forum.example.com/",
            credential = new { placement = "header", name = "X-Api-Key", value = secret },
            rules = new object[]
            {
                new { methods = new[] { "GET" }, path = "/**", pass = true },
                new { methods = new[] { "POST" }, path = "/threads/*/posts", actionType = "forum.post", resource = "forum://threads/{1}" },
            },
        })!.AsObject();
        if (secret is null)
            body["credential"]!.AsObject().Remove("value");
        return body;
    }
}
