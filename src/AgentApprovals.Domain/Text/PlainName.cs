using System.Buffers;

namespace AgentApprovals.Domain.Text;

/// <summary>How agents, connectors and the layers of cut-off endpoints are named: 1 to 63 lower-case ASCII letters, digits and hyphens, no hyphen first.</summary>
public static class PlainName
{
    public const int MostChars = 63;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool Is(ReadOnlySpan<char> text) => text.Length is > 0 and <= MostChars && text[0] != '-' && !text.ContainsAnyExcept(Allowed);
}
