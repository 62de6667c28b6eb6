using AgentApprovals.Domain.Gateway;
using Xunit;

namespace AgentApprovals.Tests.Gateway;

/// <summary>Two hundred tricky paths, judged by nginx as well: what is sent is read there as the very path that was matched here.</summary>
public sealed class SecondParserTests
{
    private static readonly string[] Tricks =
    [
        ".", "..", "...", "%2e", "%2E%2e", ".%2e", "%252e%252e", "..;", "..%3b", ";x=1", "%3Bx", "%2f", "%2F..%2f", "%5c", "\\", "..\\", "%255c", "%252f", "", "%20", "a%20b", "a+b", "%00", "%0a", "%09",
        "%7f", "%c3%a9", "%C3%A9", "%c0%af", "%e0%80%af", "%ff", "%u002e", "%", "%2", "%zz", "%25", "%2525", "~", "%7e", "a:b", "@", "!$&'()*,=", "%3f", "%3Fx", "%23", "a.", "a%2e", ".a", "con", "%ef%bc%8f", "%e2%80%ae",
    ];

    private static readonly string[] Frames = ["/{0}", "/a/{0}", "/{0}/b", "/a/{0}/b", "/a{0}b"];

    [Fact]
    public async Task What_is_sent_is_read_by_nginx_as_the_path_that_was_matched()
    {
        using var nginx = await Nginx.StartAsync();
        var paths = Frames.SelectMany(f => Tricks.Select(t => string.Format(System.Globalization.CultureInfo.InvariantCulture, f, t))).Distinct().ToList();
        Assert.InRange(paths.Count, 200, 300);
        var (taken, wrong, naive) = (0, new List<string>(), 0);
        foreach (var raw in paths)
        {
            // The control: whoever matches what the request line decodes to, and forwards it as it came, is read otherwise again and again.
            if (await nginx.ReadAsync(raw) is { } read && read != Uri.UnescapeDataString(raw))
                naive++;
            if (GatewayPath.Read(raw, out _) is not { } path)
                continue;
            taken++;
            if (await nginx.ReadAsync(path.Encoded) is var there && there != path.Decoded)
                wrong.Add($"{raw}: matched as {path.Decoded}, read as {there}");
        }

        Assert.Empty(wrong);
        Assert.InRange(taken, 60, paths.Count - 100);
        Assert.InRange(naive, 20, paths.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{paths.Count} paths: {taken} let through, all read alike; {paths.Count - taken} refused; forwarded as they came, {naive} would have been read otherwise");
    }
}
