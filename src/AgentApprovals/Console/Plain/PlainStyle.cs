using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace AgentApprovals.Console.Plain;

/// <summary>The plain pages' sheet with the colours of <c>css/tokens.css</c>, inside the page: a stop must not wait for a second request.</summary>
public sealed class PlainStyle : ComponentBase
{
    [Inject] public required PlainStyles Styles { get; init; }

    // A file of ours, and the one place where markup is written as it stands.
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0, $"<style>{Styles.Css}</style>");
}

/// <summary>Reads both sheets once. Without them the pages are bare, and work.</summary>
public sealed partial class PlainStyles(IWebHostEnvironment environment, ILogger<PlainStyles> log)
{
    // The sheets are ours, and no pattern here runs away: however slow the machine, none of them is given up, for what this throws once it throws for good.
    private readonly Lazy<string> _css = new(() => ToThemes(Read(environment, log, "css/tokens.css")) + Shorten(Read(environment, log, "css/plain.css")));

    public string Css => _css.Value;

    /// <summary>
    /// Colours that are written once for both themes (<c>light-dark()</c>, 2024), as a rule for each: a phone that is some
    /// years old would else show white on white where the button should be.
    /// </summary>
    public static string ToThemes(string tokens)
    {
        var colours = Colour().Matches(tokens);
        var light = string.Concat(colours.Select(c => $"{c.Groups["name"]}:{c.Groups["light"]};"));
        var dark = string.Concat(colours.Where(c => c.Groups["dark"].Success).Select(c => $"{c.Groups["name"]}:{c.Groups["dark"]};"));
        return $":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}";
    }

    private static string Shorten(string css) => Space().Replace(Comment().Replace(css, ""), m => m.Groups[1].Success ? m.Groups[1].Value : " ").Trim();

    private static string Read(IWebHostEnvironment environment, ILogger log, string path)
    {
        var file = environment.WebRootFileProvider.GetFileInfo(path);
        if (!file.Exists)
        {
            Log.Missing(log, path);
            return "";
        }

        using var reader = new StreamReader(file.CreateReadStream());
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"(?<name>--[a-z0-9-]+):\s*(?:light-dark\((?<light>#[0-9a-f]+),\s*(?<dark>#[0-9a-f]+)\)|(?<light>#[0-9a-f]+));", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Colour();

    [GeneratedRegex(@"(?s)/\*.*?\*/", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s*([{};,:])\s+|\s+", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Space();

    private static partial class Log
    {
        [LoggerMessage(1411, LogLevel.Error, "The style sheet {Path} is missing; the plain pages are bare")]
        public static partial void Missing(ILogger logger, string path);
    }
}
