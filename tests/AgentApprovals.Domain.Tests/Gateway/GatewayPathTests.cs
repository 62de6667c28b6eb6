using AgentApprovals.Domain.Gateway;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Gateway;

public sealed class GatewayPathTests
{
    [Theory]
    [InlineData("", "/", "/")]
    [InlineData("/", "/", "/")]
    [InlineData("/threads/8841/posts", "/threads/8841/posts", "/threads/8841/posts")]
    [InlineData("/threads/", "/threads/", "/threads/")]
    [InlineData("/a%20b", "/a b", "/a%20b")]
    [InlineData("/%61%7e", "/a~", "/a~")]
    [InlineData("/caf%c3%a9", "/café", "/caf%C3%A9")]
    [InlineData("/a%3Bb", "/a;b", "/a%3Bb")]
    [InlineData("/a%3Fb%23", "/a?b#", "/a%3Fb%23")]
    [InlineData("/100%25", "/100%", "/100%25")]
    [InlineData("/a%2520b", "/a%20b", "/a%2520b")]
    [InlineData("/.well-known/x", "/.well-known/x", "/.well-known/x")]
    public void A_path_is_decoded_once_and_sent_as_what_was_decoded(string raw, string decoded, string encoded)
    {
        var path = GatewayPath.Read(raw, out var fault);
        Assert.Null(fault);
        Assert.Equal((decoded, encoded), (path!.Decoded, path.Encoded));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("/a/../b")]
    [InlineData("/a/..")]
    [InlineData("/.")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/.%2e/b")]
    [InlineData("/a%2fb")]
    [InlineData("/a%5Cb")]
    [InlineData("/a\\b")]
    [InlineData("/a%252fb")]
    [InlineData("/a%25252Fb")]
    [InlineData("/%252e%252e/b")]
    [InlineData("/a//b")]
    [InlineData("//b")]
    [InlineData("/a;x=1/b")]
    [InlineData("/..;/b")]
    [InlineData("/..%3b/b")]
    [InlineData("/a%00")]
    [InlineData("/a%2500")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/a%c2%85")]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a%c0%af")]
    [InlineData("/a%ff")]
    [InlineData("/a%ed%a0%80")]
    [InlineData("/a#b")]
    [InlineData("/posts.")]
    [InlineData("/posts%20")]
    [InlineData("/posts./x")]
    [InlineData("/café")]
    public void What_two_readers_could_take_for_two_paths_is_refused(string raw)
    {
        Assert.Null(GatewayPath.Read(raw, out var fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void Whatever_is_taken_is_read_again_as_the_same_path_and_has_no_segment_that_leads_elsewhere()
    {
        string[] known = ["a", "/", ".", "..", "%2e", "%2E", "%2f", "%5c", "%25", "%252e", ";", "%3b", " ", "%20", "%c3%a9", "%c3", "%00", "posts", "~", "%7e", "//", "2e", "*"];
        var pieces = Gen.Int[0, known.Length - 1].Select(i => known[i]);
        var taken = 0;
        pieces.Array[0, 8].Select(p => "/" + string.Concat(p)).Sample(raw =>
        {
            if (GatewayPath.Read(raw, out _) is not { } path)
                return;
            Interlocked.Increment(ref taken);
            Assert.Equal(path, GatewayPath.Read(path.Encoded, out _));
            Assert.Equal(path, GatewayPath.OfDecoded(path.Decoded, out _));
            // A client library's own reading of what is sent, which resolves dot segments, changes nothing.
            Assert.Equal(path.Encoded, new Uri("http://target" + path.Encoded).AbsolutePath, StringComparer.OrdinalIgnoreCase);
        }, iter: 20_000);
        Assert.InRange(taken, 1000, 19_000);
    }
}
