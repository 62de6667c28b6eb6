using System.Text.RegularExpressions;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Text;

namespace AgentApprovals.Domain.Gateway;

/// <summary>What somebody wants of a connector, as the API's bodies and the console's form have it.</summary>
/// <param name="Secret">The credential's value; null: as it was.</param>
/// <param name="Version">What they have read; null: whatever there is.</param>
public sealed record ConnectorInput(
    string Name, ConnectorKind Kind, string BaseAddress, CredentialPlacement Placement, string? CredentialName, string? Secret, int HoldSeconds, IReadOnlyList<ConnectorRule> Rules, int? Version);

public static partial class ConnectorReader
{
    /// <summary>A request can be held open so long.</summary>
    public const int MostHold = 300;

    private const int MostRules = 200;
    private const int MostAddress = 1000;

    public static ConnectorInput Read(Fields body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var name = body.RequiredText("name", 63);
        if (name.Length is > 0 and <= 63 && !PlainName.Is(name))
            body.Fault("name", "Lower-case letters, digits and hyphens are expected, beginning with a letter or digit.");
        if (name == "mcp")
            body.Fault("name", "A connector can't be named mcp.");
        var kind = body.Choice<ConnectorKind>("kind", required: true) ?? ConnectorKind.Http;
        var (placement, credentialName, secret) = Credential(body.Object("credential"));
        return new(name, kind, Address(body) ?? "", placement, credentialName, secret, body.Integer("holdSeconds", 0, 0, MostHold),
            [.. body.Objects("rules", MostRules, required: false).Select(ConnectorRule.Read)], body.OptionalInteger("version", 1));
    }

    private static (CredentialPlacement, string?, string?) Credential(Fields? body)
    {
        if (body is null)
            return (CredentialPlacement.None, null, null);
        var placement = body.Choice<CredentialPlacement>("placement", required: true) ?? CredentialPlacement.None;
        var name = body.Text("name", 200);
        var value = body.Text("value", 8000);
        if (value is not null && (value.Length == 0 || value.Any(c => c is < ' ' or > '~')))
            body.Fault("value", "Printable ASCII characters are expected.");
        if (placement == CredentialPlacement.None && value is not null)
            body.Fault("value", "There is nowhere to put it.");
        if (placement == CredentialPlacement.Header && (name is null || !HeaderName().IsMatch(name) || GatewayHeaders.IsReserved(name)))
            body.Fault("name", "The name of a header is expected, of one that is not the connection's own.");
        if (placement == CredentialPlacement.Basic && name?.Any(c => c is ':' or < ' ' or > '~') == true)
            body.Fault("name", "A user's name without a colon is expected.");
        if (placement == CredentialPlacement.Basic && name is null && value is not null && !value.Contains(':', StringComparison.Ordinal))
            body.Fault("name", "A user's name is expected here, or in the value before a colon.");
        return (placement, placement is CredentialPlacement.Header or CredentialPlacement.Basic ? name : null, value);
    }

    private static string? Address(Fields body)
    {
        var text = body.RequiredText("baseAddress", MostAddress).Trim();
        if (text.Length is 0 or > MostAddress)
            return null;
        var fault = default(string);
        if (text.Any(c => c is <= ' ' or > '~' or '\\' or '?' or '#') || !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || !text.Contains("://", StringComparison.Ordinal))
        {
            fault = "An absolute http or https address is expected, without a query.";
            address = null;
        }
        else if (address.UserInfo.Length > 0 || text.Split('/')[2].Contains('@', StringComparison.Ordinal))
        {
            fault = "A name and password don't belong into the address: they are the credential.";
        }

        var raw = fault is null ? text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..] : "";
        var at = raw.IndexOf('/', StringComparison.Ordinal);
        var path = fault is null ? GatewayPath.Read(at < 0 ? "/" : raw[at..], out fault) : null;
        if (path is null)
        {
            body.Fault("baseAddress", fault ?? "An absolute http or https address is expected.");
            return null;
        }

        return address!.GetLeftPart(UriPartial.Authority) + path.Encoded.TrimEnd('/') + "/";
    }

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}
