using System.Diagnostics;
using System.Net;
using AgentApprovals.Console.Agents;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Tests.Drivers;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>A new agent's way from being registered to being stopped.</summary>
public sealed class FirstStepsTests(AgentConsole console) : IClassFixture<AgentConsole>
{
    [Fact]
    public async Task A_new_agent_gets_a_key_its_request_arrives_by_itself_and_the_stop_is_the_last_step()
    {
        var (id, _) = await console.FreshAsync();
        var page = await console.OpenAsync(id);
        Assert.Single(page.FindAll(".steps li.done"));
        page.Says("Nothing yet.", ".steps");
        await page.SubmitAsync("Make a key");
        page.WaitForElement("#first-calls");
        page.Says("It may ask for nothing yet", ".steps");
        await page.PressAsync("Permit example.hello example://*");
        page.WaitForAssertion(() => Assert.DoesNotContain("It may ask for nothing yet", page.Markup, StringComparison.Ordinal));

        var run = await console.Scene.SessionAsync("owner@example.com", page.Find("#new-key").TextContent);
        page.Says("It has opened a session.", ".steps");
        var action = await run.Submitted(new { type = "example.hello", resource = "example://first-steps", summary = "Say hello", payload = new { text = "Hello" } });
        page.WaitForAssertion(() => Assert.Equal($"/?id={action["id"]}", page.Find(".steps li:nth-child(3) a").GetAttribute("href")));
        page.Says("waits for a person", ".steps");

        (await console.Admin.Post($"agents/{id}/stop")).Is(HttpStatusCode.Accepted);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".steps li.done").Count));
        page.Says("Stopped: see the receipt", ".steps a");
    }

    [Fact]
    public async Task The_steps_are_for_administrators_and_for_agents_that_had_no_session_yet()
    {
        var (fresh, _) = await console.FreshAsync();
        Assert.Empty((await console.OpenAsync(fresh, roles: AgentConsole.Manager)).FindAll(".steps"));
        var (used, _, key) = await console.AgentAsync();
        await console.Scene.SessionAsync(key: key);
        Assert.Empty((await console.OpenAsync(used)).FindAll(".steps"));
    }

    /// <summary>The lines are run by a shell, with a curl that says what it was given: an owner's address is one word, whatever is in it.</summary>
    [Fact]
    public async Task The_lines_say_to_a_shell_what_they_say_to_a_reader()
    {
        var agent = new AgentState
        {
            Id = new AgentId(Guid.Empty),
            Name = "a",
            DisplayName = "A",
            Owner = "o'brien$(touch x)@example.com",
            ActsFor = [],
            Labels = [],
            Limits = new(),
            Permissions = [],
            CreatedAt = new(0),
        };
        var lines = "curl() { [ -n \"$TOKEN\" ] || echo '{\"id\":\"1\",\"token\":\"aas_x\",\"runnerToken\":null}'; for w in \"$@\"; do echo \"<$w>\" >&2; done; }\n"
            + FirstCalls.Ask(new Uri("https://console.example.com/"), "aak_k", agent);
        var start = new ProcessStartInfo("/bin/sh", ["-c", lines]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var shell = Process.Start(start)!;
        var said = await shell.StandardError.ReadToEndAsync(Xunit.TestContext.Current.CancellationToken);
        Assert.Equal(
            """
            <-sS>
            <https://console.example.com/api/v1/sessions>
            <-H>
            <Authorization: Bearer aak_k>
            <-H>
            <Content-Type: application/json>
            <-d>
            <{"onBehalfOf":"o'brien$(touch x)@example.com","purpose":"First steps"}>
            <-sS>
            <https://console.example.com/api/v1/actions>
            <-H>
            <Authorization: Bearer aas_x>
            <-H>
            <Content-Type: application/json>
            <-d>
            <{"type":"example.hello","resource":"example://first-steps","summary":"Say hello","payload":{"text":"Hello"}}>

            """, said);
    }
}
