using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Client;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>Whatever is not as it must be is no leave to execute. The control of each: the same, unbent, executes.</summary>
public sealed class FailClosedTests
{
    private static readonly string[] Whole = ["session", FakeConsole.Asked, FakeConsole.Waited, FakeConsole.Redeemed, FakeConsole.Told];

    private static readonly Dictionary<string, (string Step, Action<JsonObject> Bend)> Bends = new()
    {
        ["an unknown status"] = (FakeConsole.Waited, d => d["status"] = "blessed"),
        ["a status that is a number"] = (FakeConsole.Waited, d => d["status"] = 2),
        ["an empty status"] = (FakeConsole.Waited, d => d["status"] = ""),
        ["two statuses"] = (FakeConsole.Waited, d => d["status"] = "released, approved"),
        ["no status"] = (FakeConsole.Waited, d => d.Remove("status")),
        ["an unknown word elsewhere"] = (FakeConsole.Waited, d => d["mode"] = "trust"),
        ["a member that is null"] = (FakeConsole.Waited, d => d["resource"] = null),
        ["another action"] = (FakeConsole.Redeemed, d => d["action"]!["id"] = Guid.Empty.ToString()),
        ["another session's"] = (FakeConsole.Waited, d => d["sessionId"] = Guid.Empty.ToString()),
        ["another type"] = (FakeConsole.Waited, d => d["type"] = "forum.delete"),
        ["another resource"] = (FakeConsole.Redeemed, d => d["action"]!["resource"] = "forum://everywhere"),
        ["a payload that was not approved"] = (FakeConsole.Redeemed, d => d["payload"] = new JsonObject { ["body"] = "Something else" }),
        ["no payload"] = (FakeConsole.Redeemed, d => d.Remove("payload")),
        ["a payload of null"] = (FakeConsole.Redeemed, d => d["payload"] = null),
        ["a payload that nobody edited, with its digest"] = (FakeConsole.Redeemed, d => Edit(d, edited: false)),
        ["a payload submitted otherwise"] = (FakeConsole.Asked, d => d["payloadDigest"] = FakeConsole.DigestOf("other")),
        ["a purged payload"] = (FakeConsole.Redeemed, d => d["action"]!["purged"] = true),
        ["no permit"] = (FakeConsole.Redeemed, d => d.Remove("permit")),
        ["an empty permit"] = (FakeConsole.Redeemed, d => d["permit"] = "aax_"),
        ["another kind of token"] = (FakeConsole.Redeemed, d => d["permit"] = "aas_fake"),
        ["redeemed, and released still"] = (FakeConsole.Redeemed, d => d["action"]!["status"] = "released"),
        ["redeemed too long ago"] = (FakeConsole.Redeemed, d => d["action"]!["status"] = "failed"),
        ["redeemed, and stopped"] = (FakeConsole.Redeemed, d => d["action"]!["status"] = "stopped"),
        ["completed by somebody"] = (FakeConsole.Waited, d => d["status"] = "completed"),
        ["executing by somebody"] = (FakeConsole.Waited, d => d["status"] = "executing"),
        ["denied without a decision"] = (FakeConsole.Waited, d => d["status"] = "denied"),
    };

    private static readonly Dictionary<string, (string Step, Func<HttpResponseMessage> Instead)> Answers = new()
    {
        ["no JSON"] = (FakeConsole.Waited, () => FakeConsole.Answer(HttpStatusCode.OK, "<html>released</html>")),
        ["JSON of another kind"] = (FakeConsole.Waited, () => FakeConsole.Answer(HttpStatusCode.OK, "[]")),
        ["null"] = (FakeConsole.Redeemed, () => FakeConsole.Answer(HttpStatusCode.OK, "null")),
        ["nothing"] = (FakeConsole.Redeemed, () => FakeConsole.Answer(HttpStatusCode.OK, "")),
        ["a page"] = (FakeConsole.Redeemed, () => FakeConsole.Answer(HttpStatusCode.OK, "{}", "text/html")),
        ["another success"] = (FakeConsole.Redeemed, () => FakeConsole.Answer(HttpStatusCode.Accepted, "{}")),
        ["another place"] = (FakeConsole.Redeemed, () => new(HttpStatusCode.Redirect) { Headers = { Location = new("http://elsewhere.test/") }, Content = new StringContent("") }),
        ["a member twice"] = (FakeConsole.Redeemed, () => FakeConsole.Answer(HttpStatusCode.OK, """{"permit":"aax_a","permit":"aax_b","action":{},"payload":{}}""")),
        ["a refusal of a younger console"] = (FakeConsole.Redeemed, () => FakeConsole.Problem(HttpStatusCode.Conflict, "not_in_the_mood")),
        ["redeemed already"] = (FakeConsole.Redeemed, () => FakeConsole.Problem(HttpStatusCode.Conflict, ErrorCodes.AlreadyRedeemed)),
        ["not asked at all"] = (FakeConsole.Asked, () => FakeConsole.Problem(HttpStatusCode.Forbidden, ErrorCodes.Forbidden)),
        ["a problem that is a success"] = (FakeConsole.Redeemed, () => FakeConsole.Answer(HttpStatusCode.Accepted, """{"code":"ok"}""", "application/problem+json")),
    };

    public static TheoryData<string> Bent => [.. Bends.Keys];

    public static TheoryData<string> Answered => [.. Answers.Keys];

    [Fact]
    public async Task The_control_executes_and_so_does_one_that_was_edited_by_the_rules()
    {
        var console = new FakeConsole();
        Assert.IsType<Guarded.Executed<string>>(await (await console.SessionAsync()).GuardAsync(Agent.Post(), Ran));
        Assert.Equal(Whole, console.Steps);
        var edited = new FakeConsole { Bend = { [FakeConsole.Redeemed] = d => Edit(d, edited: true) } };
        Assert.Contains("Edited", Assert.IsType<Guarded.Executed<string>>(await (await edited.SessionAsync()).GuardAsync(Agent.Post(), Ran)).Value, StringComparison.Ordinal);

        static Task<string> Ran(RedeemDocument approved, CancellationToken cancel) => Task.FromResult(approved.Payload!.Value.GetRawText());
    }

    [Theory, MemberData(nameof(Bent))]
    public async Task A_document_that_is_not_as_it_must_be_executes_nothing(string how)
    {
        var (step, bend) = Bends[how];
        await RefusedAsync(new() { Bend = { [step] = bend } }, step);
    }

    [Theory, MemberData(nameof(Answered))]
    public async Task An_answer_that_is_none_executes_nothing(string how)
    {
        var (step, instead) = Answers[how];
        await RefusedAsync(new() { Instead = { [step] = instead } }, step);
    }

    [Fact]
    public async Task What_was_redeemed_and_not_executed_is_reported_as_failed()
    {
        var console = new FakeConsole { Bend = { [FakeConsole.Redeemed] = Bends["no permit"].Bend }, Instead = { ["withdrawn"] = () => FakeConsole.Problem(HttpStatusCode.Conflict, ErrorCodes.NotPending) } };
        await RefusedAsync(console, FakeConsole.Redeemed);
        Assert.Equal("failed", (string?)console.Report!["outcome"]);
        // What somebody else redeemed is theirs to report.
        console = new() { Instead = { [FakeConsole.Redeemed] = Answers["redeemed already"].Instead } };
        await RefusedAsync(console, FakeConsole.Redeemed);
        Assert.Equal(Whole[..4], console.Steps);
    }

    private static async Task RefusedAsync(FakeConsole console, string step)
    {
        await using var session = await console.SessionAsync();
        var refused = await Assert.ThrowsAsync<AgentApprovalsException>(() => session.GuardAsync(Agent.Post(), (_, _) =>
        {
            Assert.Fail("It was executed.");
            return Task.CompletedTask;
        }));
        Assert.NotEmpty(refused.Code);
        Assert.Contains(step, console.Steps);
    }

    private static void Edit(JsonObject redeemed, bool edited)
    {
        redeemed["payload"] = new JsonObject { ["body"] = "Edited" };
        redeemed["action"]!["payloadDigest"] = FakeConsole.DigestOf(redeemed["payload"]);
        redeemed["action"]!["edited"] = edited;
    }
}
