using System.Net;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Text;

namespace AgentApprovals.Domain.Webhooks;

/// <summary>What somebody wants of an endpoint, as the API's bodies and the console's form have it; faults gather in the <see cref="Fields"/>.</summary>
/// <param name="CutOff">The name by which receipts know it, where it takes something away at each stop.</param>
/// <param name="ToLookUp">Names a host whose addresses are to be judged before it is taken; null where the address itself was.</param>
public sealed record WebhookInput(string Url, IReadOnlyList<string> Events, AgentId? Agent, string? CutOff, Uri? ToLookUp);

public static class WebhookReader
{
    private const int MostUrl = 2000;

    public static WebhookInput Register(Fields body, AddressGuard guard)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(guard);
        var text = body.RequiredText("url", MostUrl).Trim();
        var cutOff = CutOff(body);
        var events = Events(body, isOptional: cutOff is not null);
        var agent = Agent(body);
        if (text.Length is 0 or > MostUrl)
            return new("", events, agent, cutOff, null);
        if (Fault(text, guard, out var url, out var isLiteral) is { } fault)
            body.Fault("url", fault);
        return new(url?.AbsoluteUri ?? "", events, agent, cutOff, isLiteral ? null : url);
    }

    /// <summary>The host as it will be looked up: no brackets, no trailing dot.</summary>
    public static string HostOf(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.IdnHost.Trim('[', ']').TrimEnd('.');
    }

    private static string? Fault(string text, AddressGuard guard, out Uri? url, out bool isLiteral)
    {
        isLiteral = false;
        // Other parsers end a host at a backslash, a tab or a line: what is read two ways is not read at all.
        if (text.Any(c => c is '\\' or '\t' or '\n' or '\r' or ' ' || char.IsControl(c)) || !Uri.TryCreate(text, UriKind.Absolute, out url))
        {
            url = null;
            return "An absolute https address is expected.";
        }

        var host = HostOf(url);
        if (url.AbsoluteUri.Length > MostUrl)
            return $"At most {MostUrl} characters, those that have to be escaped counted as they are sent.";
        if (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            return "An absolute https address is expected.";
        if (url.UserInfo.Length > 0 || text.Split('/', '?', '#')[2].Contains('@', StringComparison.Ordinal))
            return "A name and password don't belong into the address.";
        if (url.Fragment.Length > 0)
            return "A fragment (#) is never sent.";
        if (host.Length == 0)
            return "It names no host.";
        if (IPAddress.TryParse(host, out var address))
        {
            isLiteral = true;
            return guard.MayReach(address, url.Port, url.Scheme == Uri.UriSchemeHttps) ? null : NotReachable;
        }

        // A last label of digits is an address to whoever looks it up (WHATWG URL, "ends in a number").
        return char.IsAsciiDigit(host.Split('.')[^1].FirstOrDefault()) ? NotReachable : null;
    }

    public const string NotReachable =
        "This address may not be reached: webhooks go by https to public addresses and the ports of web servers, and elsewhere only where Webhooks:AllowedNetworks names the network.";

    /// <summary>Whoever takes something away at each stop need not be told of anything else.</summary>
    private static List<string> Events(Fields body, bool isOptional)
    {
        if (!body.Has("events"))
        {
            if (isOptional)
                return [];
            body.Fault("events", "It is required.");
            return [];
        }

        var events = body.Texts("events", [], 100).Distinct().ToList();
        if (events.Count == 0 && !isOptional)
            body.Fault("events", "At least one event is expected.");
        foreach (var unknown in events.Where(e => !WebhookEvents.All.Contains(e)))
            body.Fault("events", $"{unknown} is none of {string.Join(", ", WebhookEvents.All)}.");
        return events;
    }

    private static string? CutOff(Fields body)
    {
        var name = body.Text("cutOff", PlainName.MostChars);
        if (name is null || PlainName.Is(name))
            return name;
        body.Fault("cutOff", "Lower-case letters, digits and dashes are expected, such as identity-provider.");
        return null;
    }

    private static AgentId? Agent(Fields body)
    {
        if (body.Text("agentId", 36) is not { } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var id))
            return new(id);
        body.Fault("agentId", "An id is expected.");
        return null;
    }
}
