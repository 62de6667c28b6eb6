using AgentApprovals.Console.Shared;
using Bunit;
using Xunit;

namespace AgentApprovals.Tests.Console.Shared;

public sealed class SafeTextTests : BunitContext
{
    [Theory]
    [InlineData("inbox-keeper", "<bdi>inbox-keeper</bdi>")]
    [InlineData("", "<bdi></bdi>")]
    [InlineData("a b\nc", "<bdi>a b\nc</bdi>")]
    [InlineData("<script>alert(1)</script>", "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>")]
    [InlineData("a\u200Bb", "<bdi>a<span class=\"chip-code\" title=\"invisible\">U+200B</span>b</bdi>")]
    [InlineData("\u202Egpj.exe", "<bdi><span class=\"chip-code\" title=\"changes the direction of the text\">U+202E</span>gpj.exe</bdi>")]
    [InlineData("p\u0430ypal", "<bdi>p<span class=\"chip-code\" title=\"looks like another letter\">U+0430</span>ypal</bdi>")]
    public void Text_is_shown_as_what_it_is(string text, string markup) =>
        Assert.Equal(markup, Render<SafeText>(p => p.Add(s => s.Text, text)).Markup);
}
