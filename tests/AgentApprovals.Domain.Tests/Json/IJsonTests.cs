using System.Text;
using AgentApprovals.Domain.Json;
using Xunit;

namespace AgentApprovals.Domain.Tests.Json;

public sealed class IJsonTests
{
    [Theory]
    [InlineData("""{ "a": 1, "b": [{ "a": 1 }, { "a": 2 }] }""")]
    [InlineData("[9007199254740991, -9007199254740991, 1e300, 0.1, -0]")]
    [InlineData("\"\\ud83d\\ude00\"")]
    [InlineData("null")]
    public void What_every_parser_reads_alike_is_accepted(string body) => Assert.Null(Check(body));

    [Theory]
    [InlineData("""{ "a": 1, "a": 2 }""", "a")]
    [InlineData("""{ "a": 1, "\u0061": 2 }""", "a")]
    [InlineData("""{ "x": { "b": [{ "a": 1, "a": 1 }] } }""", "x.b.a")]
    [InlineData("""{ "a": 9007199254740992 }""", "a")]
    [InlineData("""{ "a": 9007199254740993 }""", "a")]
    [InlineData("""{ "a": -9007199254740992 }""", "a")]
    [InlineData("""{ "a": 123456789012345678901234567890123456789012345678901234567890 }""", "a")]
    [InlineData("""{ "a": 1e400 }""", "a")]
    [InlineData("""{ "a": "\ud800" }""", "a")]
    [InlineData("""{ "a": "\ude00\ud83d" }""", "a")]
    [InlineData("""{ "\udfff": 1 }""", "")]
    [InlineData("""{ "a": NaN }""", "a")]
    [InlineData("""{ "a": 1, }""", "a")]
    [InlineData("""{ "a": 1 } {}""", "")]
    [InlineData("// no\n1", "")]
    [InlineData("", "")]
    public void What_parsers_read_differently_is_refused_under_its_path(string body, string path) => Assert.Equal(path, Check(body)?.Path);

    [Fact]
    public void Bytes_that_are_not_utf_8_are_refused() => Assert.NotNull(IJson.Check([(byte)'"', 0xC3, 0x28, (byte)'"']));

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void At_most_32_levels_are_counted_over_the_whole_body(int levels, bool accepted)
    {
        Assert.Equal(accepted, Check(new string('[', levels) + new string(']', levels)) is null);
        Assert.Equal(accepted, Check("""{"payload":""" + new string('[', levels - 1) + new string(']', levels - 1) + "}") is null);
    }

    [Theory]
    [InlineData(262_144, true)]
    [InlineData(262_145, false)]
    public void At_most_so_many_bytes(int bytes, bool accepted) => Assert.Equal(accepted, Check($"\"{new string('x', bytes - 2)}\"") is null);

    [Theory]
    [InlineData("""{ "payload": "a\u0000b" }""", true)]
    [InlineData("""{ "payload": { "deep": ["\u0000"], "\u0000": 1 } }""", true)]
    [InlineData("""{ "summary": "a\u0000b" }""", false)]
    [InlineData("""{ "other": { "payload": "\u0000" } }""", false)]
    [InlineData("""{ "payload\u0000": 1 }""", false)]
    [InlineData("""["\u0000"]""", false)]
    [InlineData("""{ "payload": 1, "reason": "\u0000" }""", false)]
    public void The_character_nul_is_allowed_below_the_payload_only(string body, bool accepted) =>
        Assert.Equal(accepted, IJson.Check(Encoding.UTF8.GetBytes(body), "payload") is null);

    private static IJsonFault? Check(string body) => IJson.Check(Encoding.UTF8.GetBytes(body));
}
