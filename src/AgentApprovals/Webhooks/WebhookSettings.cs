using System.Net;
using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Webhooks;

/// <summary><c>Webhooks:*</c></summary>
public sealed class WebhookSettings
{
    public const string Section = "Webhooks";
    public const string NetworksKey = "Webhooks:AllowedNetworks";

    /// <summary>Whether this node sends what is due. Where it does not, it waits.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>Networks that webhooks may reach beside the public internet, as they are written: a list, or one text with commas or semicolons.</summary>
    public static IReadOnlyList<string> Configured(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return
        [
            .. (configuration[NetworksKey] ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Concat(configuration.GetSection(NetworksKey).GetChildren().Select(c => c.Value).OfType<string>()),
        ];
    }

    public static AddressGuard Guard(IConfiguration configuration) =>
        new([.. Configured(configuration).Select(n => AddressGuard.TryReadNetwork(n, out var network) ? network : throw new FormatException(NetworksKey)).Cast<IPNetwork>()]);
}
