using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>What a person sees at a node.</summary>
internal static class Looks
{
    /// <summary>All actions of a session.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ActionsOf(this Person who, Run run)
    {
        var found = new List<JsonNode>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await who.Get($"actions?sessionId={run.Id}&limit=200{cursor}")).Is(HttpStatusCode.OK);
            found.AddRange(page["items"]!.AsArray().Select(a => a!));
            cursor = (string?)page["nextCursor"] is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : null;
        }

        return found;
    }

    /// <summary>The chain holds from the first entry to the last.</summary>
    public static async Task LedgerIsWhole(this Person who)
    {
        var verified = (await who.Get("ledger/verify")).Is(HttpStatusCode.OK);
        Assert.True((bool)verified["valid"]!, verified.ToJsonString());
    }

    public static DateTimeOffset At(this JsonNode what, string name) => DateTimeOffset.Parse(what.Text(name), CultureInfo.InvariantCulture);
}
