using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;

namespace AgentApprovals.Tests.Api;

/// <summary>E-mails to delete, under a rule that makes the fourth in a minute a burst.</summary>
internal static class Bursting
{
    public static object Post(int payload, string? directedBy = null) => Scene.Post("imap://inbox", new { uid = payload }, "email.delete", directedBy);

    public static Task<JsonNode> SubmitAsync(Run run, int payload) => run.Submitted(Post(payload));

    /// <summary>Three like ones, and the fourth, which opens it.</summary>
    public static async Task<string> OpenAsync(Run run)
    {
        for (var i = 0; i < 3; i++)
            await SubmitAsync(run, 1000 + i);
        return (await SubmitAsync(run, 1003)).Text("burstId");
    }

    public static object Rule(string mode, int window, string requires = "Manager", string name = "Deletions") => Scene.Rule(mode, window, name: name,
        requires: new[] { new[] { new { from = requires, count = 1 } } }, match: new { types = new[] { "email.delete" } }, extra: new { burst = new { count = 3, perSeconds = 60 } });
}
