using MudBlazor;

namespace AgentApprovals.Console.Layout;

/// <summary>Sizes and typefaces for MudBlazor. Colours come from css/tokens.css, for both themes and without a flash before the circuit is up.</summary>
internal static class ConsoleTheme
{
    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new() { DefaultBorderRadius = "8px" },
        Typography = new()
        {
            Default = new DefaultTypography { FontFamily = ["Inter", "system-ui", "sans-serif"], FontSize = "0.875rem", LineHeight = "1.5" },
            Button = new ButtonTypography { TextTransform = "none", FontWeight = "600", FontSize = "0.875rem" },
        },
    };
}
