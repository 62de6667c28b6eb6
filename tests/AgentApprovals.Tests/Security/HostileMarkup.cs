using System.Globalization;
using System.Text;

namespace AgentApprovals.Tests.Security;

/// <summary>
/// Five hundred texts that run, load, redirect, rebase, restyle or post where they become markup, after the OWASP cheat sheet on evading
/// XSS filters: elements × handlers × ways to write them, schemes × attributes, ways out of what stands around, and encodings.
/// </summary>
public static class HostileMarkup
{
    /// <summary>What each of them would do; a page where it happened has <c>window.ran</c>.</summary>
    public const string Ran = "window.ran=1";

    private const string Elsewhere = "https://evil.example/";

    /// <summary>An element as it begins, and the handler that fires on it.</summary>
    private static readonly (string Tag, string Handler)[] Elements =
    [
        ("img src=x", "onerror"), ("svg", "onload"), ("body", "onload"), ("details open", "ontoggle"), ("video src=x", "onerror"), ("audio src=x", "onerror"),
        ("input autofocus", "onfocus"), ("select autofocus", "onfocus"), ("textarea autofocus", "onfocus"), ("marquee", "onstart"), ("iframe src=about:blank", "onload"),
        ("object data=x", "onerror"), ("embed src=x", "onload"), ("math", "onclick"), ("a href=#", "onmouseover"), ("button", "onclick"), ("form", "onsubmit"),
        ("div style=position:fixed;inset:0", "onpointermove"), ("svg><animate attributeName=x dur=1s", "onbegin"), ("video><source", "onerror"),
        ("link rel=stylesheet href=x", "onload"), ("style", "onload"), ("script src=x", "onerror"), ("p tabindex=0", "onblur"), ("frameset", "onload"),
    ];

    private static readonly string[] Basics =
    [
        $"<script>{Ran}</script>", $"<img src=x onerror={Ran}>", $"<svg onload={Ran}>", $"<iframe srcdoc=\"<script>parent.ran=1</script>\">", $"<img src={Elsewhere}p.gif>",
    ];

    /// <summary>All of them, each another, of at most 200 characters: they fit every field.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Handled().Concat(Quoted()).Concat(Linked()).Concat(Styled()).Concat(Encoded()).Concat(Templates()).Concat(Outward())
        .Where(t => t.Length <= 200).Distinct().Take(500)];

    private static IEnumerable<string> Handled() => Elements.SelectMany(e => new[]
    {
        $"<{e.Tag} {e.Handler}=\"{Ran}\">",
        $"<{Mixed(e.Tag)} {Mixed(e.Handler)}='{Ran}'>",
        $"<{e.Tag.Replace(' ', '/')}/{e.Handler}={Ran}>",
        $"<{e.Tag}\n{e.Handler}\t=\n\"{Ran}\"\n>",
        $"\"><{e.Tag} {e.Handler}=\"{Ran}\">",
        $"'><{e.Tag} {e.Handler}={Ran} x='",
        $"</textarea></title></script>--><{e.Tag} {e.Handler}={Ran}>",
        $"<{e.Tag} {e.Handler}=\"{Entities(Ran, "&#x", "X2", ";")}\">",
        $"<{e.Tag} {e.Handler}={Ran} //",
        $"<<{e.Tag} {e.Handler}={Ran}>",
    });

    private static IEnumerable<string> Quoted() => Elements.Take(10).SelectMany(e => new[]
    {
        $"\" {e.Handler}=\"{Ran}\" x=\"", $"' {e.Handler}='{Ran}' x='", $"x\" autofocus tabindex=0 {e.Handler}={Ran} \"",
    });

    private static IEnumerable<string> Linked() =>
        from attribute in new[] { "a href", "iframe src", "form><button formaction", "object data", "embed src", "base href", "link rel=stylesheet href", "img src", "input type=image src", "meta http-equiv=refresh content=\"0;url" }
        from address in new[] { $"javascript:{Ran}", $"JaVaScRiPt:{Ran}", $"java\tscript:{Ran}", $"&#106;avascript:{Ran}", "data:text/html,<script>parent.ran=1</script>", $"{Elsewhere}x", "//evil.example/x", $"vbscript:{Ran}" }
        select $"<{attribute}=\"{address}\">";

    private static IEnumerable<string> Styled() =>
    [
        $"<style>@import '{Elsewhere}a.css'</style>", $"<style>*{{background:url({Elsewhere}b.png)}}</style>", $"<p style=\"background:url({Elsewhere}c.png)\">", "<p style=\"behavior:url(#x)\">",
        $"<div style=\"width:expression({Ran})\">", "<div style=\"position:fixed;inset:0;z-index:9\">Approved</div>", $"<link rel=preload as=image href={Elsewhere}e.png>", $"\" style=\"background:url({Elsewhere}d.png)\" x=\"",
    ];

    private static IEnumerable<string> Encoded() => Basics.Take(3).SelectMany(b => new[]
    {
        Uri.EscapeDataString(b), Uri.EscapeDataString(Uri.EscapeDataString(b)), b.Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal),
        b.Replace("<", "&amp;lt;", StringComparison.Ordinal), Entities(b[..10], "&#", "D", "") + b[10..], b.Replace("<", "\\u003c", StringComparison.Ordinal), b.Replace("<", "\\x3c", StringComparison.Ordinal),
        b.Replace("<", "+ADw-", StringComparison.Ordinal), b.Replace('<', '＜').Replace('>', '＞'), b.Replace("<", "<\u200B", StringComparison.Ordinal), b.Replace("r", "r\u00AD", StringComparison.Ordinal),
    });

    private static IEnumerable<string> Templates() =>
    [
        $"{{{{constructor.constructor('{Ran}')()}}}}", $"${{{Ran}}}", $"#{{{Ran}}}", $"@({Ran})", $"<%= {Ran} %>", $"{{% {Ran} %}}", $"[[{Ran}]]", $"[x](javascript:{Ran})", $"![x]({Elsewhere}m.png)",
        $"<{Elsewhere}>", $"[x]: {Elsewhere} \"<script>{Ran}</script>\"", $"`<script>{Ran}</script>`", $"```\n<script>{Ran}</script>\n```", $"<?xml version=1?><script xmlns=\"http://www.w3.org/1999/xhtml\">{Ran}</script>", $"<!--[if IE]><script>{Ran}</script><![endif]-->",
    ];

    private static IEnumerable<string> Outward() =>
        from way in new[] { "]]>", "-->", "--!>", "</style>", "</noscript>", "*/", "\";", "';", "`;", "\\", "</svg>", "</math>", "<!-->", "<![CDATA[", "</xmp>", "</noembed>", "</template>", "</iframe>", "</bdi></span></dd>", "</a></li></ol>" }
        from basic in Basics
        select way + basic;

    private static string Mixed(string text) => string.Concat(text.Select((c, i) => i % 2 == 0 ? char.ToUpperInvariant(c) : c));

    private static string Entities(string text, string before, string format, string after) =>
        text.Aggregate(new StringBuilder(), (to, c) => to.Append(before).Append(((int)c).ToString(format, CultureInfo.InvariantCulture)).Append(after)).ToString();
}
