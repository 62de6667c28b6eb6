using System.Net;
using AgentApprovals.Console.Actions;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Security;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Actions;

/// <summary>What a page offers is what the command takes, whoever looks and whatever the rule asks for.</summary>
public sealed class StandingTests : IAsyncDisposable
{
    private readonly TestConsole _console = new();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task The_bar_offers_an_approval_exactly_where_the_command_takes_it()
    {
        var scene = await Scene.SetAsync(_console, new[]
        {
            Scene.Rule(requires: new[] { new[] { new { from = "Reviewer", count = 1 } } }, match: new { types = new[] { "forum.*" } }, name: "Forum"),
            Scene.Rule(requires: new[] { new[] { new { from = "group:security", count = 1 } } }, match: new { types = new[] { "access.*" } }, name: "Access"),
            Scene.Rule(requires: new[] { new[] { new { from = "Manager", count = 1 } } }, secondPerson: false, name: "Rest"),
        });
        (string[] Roles, string[] Groups, string Email)[] people =
        [
            (["Reviewer"], [], "reviewer@example.com"), (["Reviewer"], ["security"], "secured@example.com"), (["Manager"], [], "manager@example.com"),
            ([], [], "owner@example.com"), (["Reviewer", "Manager"], ["security"], "dana@example.com"), (["Auditor"], [], "auditor@example.com"), ([], ["security"], "group@example.com"),
        ];
        var offered = 0;
        var refused = 0;
        foreach (var (roles, groups, email) in people)
        {
            var (person, _, id) = await scene.PersonAsync(roles, groups, email: email);
            var run = await scene.SessionAsync();
            foreach (var type in new[] { "forum.post", "access.grant", "deploy.staging" })
            {
                var action = await run.Submitted(Scene.Post(type: type, resource: $"x://{email}", directedBy: "manager@example.com"));
                var view = (await _console.Services.GetRequiredService<Reader>().ActionAsync(new(Guid.Parse(action.Text("id")))))!;
                var roster = _console.Services.GetRequiredService<Roster>();
                var standing = Standing.Of(roster.Person(new PersonId(Guid.Parse(id)))!, view, roster);
                var answer = await person.Post($"actions/{action.Text("id")}/decisions", new { verdict = "approve", payloadDigest = action.Text("payloadDigest") });
                Assert.True(standing.MayApprove == (answer.Status == HttpStatusCode.OK), $"{email} on {type}: the page says {standing.Approve}, the command {answer.Status} {answer.Code}");
                _ = standing.MayApprove ? offered++ : refused++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{offered} offered, {refused} not");
        Assert.True(offered > 4 && refused > 4);
    }
}
