using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Setup;

/// <summary>What an empty database becomes.</summary>
public sealed class FirstStartTests
{
    [Fact]
    public async Task It_has_one_administrator_with_every_role_the_built_in_catalogue_and_nothing_else()
    {
        await using var console = new TestConsole();
        var person = (await console.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]!.AsArray().Single()!;
        Assert.Equal((TestConsole.AdminEmail, """["Administrator","Manager","Reviewer","Auditor","Verifier"]"""), (person.Text("email"), person["roles"]!.ToJsonString()));
        Assert.Equal("all", (await console.Admin.Get($"people/{person["id"]}/tokens")).Is(HttpStatusCode.OK)["items"]![0]!.Text("mayDecide"));
        Assert.Empty((await console.Admin.Get("agents")).Is(HttpStatusCode.OK)["items"]!.AsArray());
        Assert.Equal("""{"version":0,"rules":[]}""", (await console.Admin.Get("policies")).Is(HttpStatusCode.OK).ToJsonString());
        var catalogue = (await console.Admin.Get("action-types")).Is(HttpStatusCode.OK);
        Assert.Equal(0, (int)catalogue["version"]!);
        foreach (var kind in new[] { "forum.post", "email.send", "file.delete", "access.grant", "payment.send", "deploy.production", "secret.read" })
            Assert.Contains(catalogue["items"]!.AsArray(), t => t!.Text("name") == kind);
        Assert.True((bool)(await console.Admin.Get("ledger/verify")).Is(HttpStatusCode.OK)["valid"]!);
    }

    [Fact]
    public async Task A_second_start_changes_nobody_and_the_token_of_the_first_still_opens()
    {
        var folder = Directory.CreateTempSubdirectory("agent-approvals-").FullName;
        await using (var first = new TestConsole(folder: folder))
            (await first.Admin.Put("instructions", new { text = "Kept" })).Is(HttpStatusCode.OK);
        await using var second = new TestConsole(folder: folder);
        Assert.Equal("Kept", (await second.Admin.Get("instructions")).Text("text"));
        Assert.Single((await second.Admin.Get("people")).Is(HttpStatusCode.OK)["items"]!.AsArray());
    }
}
