using System.Text.Json;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using Xunit;

namespace AgentApprovals.Domain.Tests.Gateway;

public sealed class ConnectorRuleTests
{
    [Theory]
    [InlineData("/**", "/", "")]
    [InlineData("/**", "/a/b", "a/b")]
    [InlineData("/threads/*/posts", "/threads/8841/posts", "8841")]
    [InlineData("/threads/*/posts", "/threads/8841/posts/", "8841")]
    [InlineData("/threads/*/posts/*", "/threads/1/posts/2", "1|2")]
    [InlineData("/threads/**", "/threads", "")]
    [InlineData("/threads/**", "/threads/1/posts", "1/posts")]
    [InlineData("/a b/*", "/a%20b/c%20d", "c d")]
    [InlineData("/", "/", null)]
    public void A_star_stands_for_a_segment_and_two_for_the_rest(string pattern, string raw, string? found) =>
        Assert.Equal(found ?? "", string.Join('|', Rule(pattern).Match("POST", Path(raw))!));

    [Theory]
    [InlineData("/threads/*/posts", "/threads/posts")]
    [InlineData("/threads/*/posts", "/threads/1/2/posts")]
    [InlineData("/threads/*/posts", "/threads/1/posts/2")]
    [InlineData("/threads/*/posts", "/Threads/1/posts")]
    [InlineData("/threads/*", "/threads")]
    [InlineData("/", "/a")]
    [InlineData("/threads/**", "/threadsx")]
    public void Another_path_is_none_of_the_rule(string pattern, string raw) => Assert.Null(Rule(pattern).Match("POST", Path(raw)));

    [Fact]
    public void Methods_are_compared_exactly_and_a_star_is_any()
    {
        Assert.Null(Rule("/**").Match("GET", Path("/")));
        Assert.NotNull((Rule("/**") with { Methods = ["*"] }).Match("DELETE", Path("/")));
    }

    [Fact]
    public void What_the_stars_stood_for_names_the_resource()
    {
        var rule = Rule("/threads/*/posts/**") with { Resource = "forum://{2}/of/{1}/{1}" };
        Assert.Equal("forum://a/{1}/of/7/7", rule.ResourceFor(rule.Match("POST", Path("/threads/7/posts/a/%7B1%7D"))!));
    }

    [Theory]
    [InlineData("""{"methods":["POST"],"path":"/a/*x","pass":true}""", "rules[0].path")]
    [InlineData("""{"methods":["POST"],"path":"/**/a","pass":true}""", "rules[0].path")]
    [InlineData("""{"methods":["POST"],"path":"a","pass":true}""", "rules[0].path")]
    [InlineData("""{"methods":["POST"],"path":"/../a","pass":true}""", "rules[0].path")]
    [InlineData("""{"methods":[],"path":"/a","pass":true}""", "rules[0].methods")]
    [InlineData("""{"methods":["post"],"path":"/a","pass":true}""", "rules[0].methods")]
    [InlineData("""{"methods":["TRACE"],"path":"/a","pass":true}""", "rules[0].methods")]
    [InlineData("""{"methods":["POST"],"path":"/a"}""", "rules[0].actionType")]
    [InlineData("""{"methods":["POST"],"path":"/a","pass":true,"actionType":"forum.post","resource":"x"}""", "rules[0].actionType")]
    [InlineData("""{"methods":["POST"],"path":"/a","actionType":"Forum Post","resource":"x"}""", "rules[0].actionType")]
    [InlineData("""{"methods":["POST"],"path":"/a","actionType":"forum.post"}""", "rules[0].resource")]
    [InlineData("""{"methods":["POST"],"path":"/a/*","actionType":"forum.post","resource":"x/{2}"}""", "rules[0].resource")]
    [InlineData("""{"methods":["POST"],"path":"/a/*","actionType":"forum.post","resource":"x/{name}"}""", "rules[0].resource")]
    public void A_rule_that_could_be_read_in_two_ways_is_refused(string rule, string field)
    {
        var body = new Fields(JsonElement.Parse($$"""{"name":"forum","kind":"http","baseAddress":"http://127.0.0.1/","rules":[{{rule}}]}"""));
        ConnectorReader.Read(body);
        Assert.Equal([field], body.Faults.Keys);
    }

    [Theory]
    [InlineData("https://forum.example.com", "https://forum.example.com/")]
    [InlineData("https://forum.example.com/", "https://forum.example.com/")]
    [InlineData("HTTPS://Forum.Example.com:443/api", "https://forum.example.com/api/")]
    [InlineData("http://[::1]:8080/a/", "http://[::1]:8080/a/")]
    [InlineData("ftp://forum.example.com/", null)]
    [InlineData("forum.example.com", null)]
    [InlineData("https://user:pass@forum.example.com/", null)]
    [InlineData("https://@forum.example.com/", null)]
    [InlineData("https://forum.example.com/?x=1", null)]
    [InlineData("https://forum.example.com/#x", null)]
    [InlineData("https://forum.example.com/a/../b", null)]
    [InlineData("https:\\\\forum.example.com\\", null)]
    [InlineData("https:/forum.example.com/", null)]
    public void An_address_is_absolute_and_nothing_but_an_address(string address, string? read)
    {
        var body = new Fields(JsonSerializer.SerializeToElement(new { name = "forum", kind = "http", baseAddress = address }));
        var input = ConnectorReader.Read(body);
        Assert.Equal(read, body.IsValid ? input.BaseAddress : null);
    }

    private static ConnectorRule Rule(string path) => new(["POST"], path, true, null, null);

    private static GatewayPath Path(string raw) => GatewayPath.Read(raw, out _)!;
}
