using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Json;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Json;

/// <summary>Held to the vectors of RFC 8785: the samples of section 3.2 and the numbers of appendix B.</summary>
public sealed class CanonicalJsonTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char['\0', '\u00ff'], 0, 8],
        Gen.String[Gen.Char['\u2000', '\ud7ff'], 0, 4],
        Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32));

    private static readonly Gen<JsonNode?> Leaves = Gen.OneOf<JsonNode?>(
        Gen.Const((JsonNode?)null),
        Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
        Texts.Select(t => (JsonNode?)JsonValue.Create(t)),
        Gen.Double.Where(double.IsFinite).Select(d => (JsonNode?)JsonValue.Create(d)),
        Gen.Int.Select(i => (JsonNode?)JsonValue.Create(i)));

    private static readonly Gen<JsonNode?> Values = Gen.Recursive<JsonNode?>((depth, self) => depth > 3 ? Leaves : Gen.OneOf(
        Leaves,
        self.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
        Gen.Select(Texts, self).Array[0, 4].Select(members =>
        {
            var made = new JsonObject();
            foreach (var (name, value) in members)
                made[name] = value?.DeepClone();
            return (JsonNode?)made;
        })));

    [Fact]
    public void The_sample_of_section_3_2_2_comes_out_as_in_the_rfc() => Assert.Equal(
        """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
        Canonical("""
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }
        """));

    [Fact]
    public void Members_are_sorted_by_utf_16_units_as_in_section_3_2_3()
    {
        var canonical = Canonical("""
            { "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" }
            """);
        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            JsonNode.Parse(canonical)!.AsObject().Select(m => (string?)m.Value));
    }

    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void A_number_is_written_as_in_appendix_b(ulong bits, string expected) =>
        Assert.Equal(expected, Canonical(BitConverter.UInt64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.0", "1")]
    [InlineData("100E-2", "1")]
    [InlineData("999999999999999", "999999999999999")]
    [InlineData("1000000000000000", "1000000000000000")]
    [InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData("0.0000001", "1e-7")]
    public void One_number_has_one_spelling(string written, string expected) => Assert.Equal(expected, Canonical(written));

    [Fact]
    public void Any_number_reads_back_as_itself() => Gen.Double.Where(double.IsFinite).Sample(value =>
        double.Parse(Canonical(value.ToString("R", CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture) == value);

    [Fact]
    public void Only_what_must_be_is_escaped() => Assert.Equal(
        "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u000e\\u001f \\\"/\\\\\u007f\u0080\u2028\ud83d\ude00\"",
        Canonical("""
        "\u0000\u0001\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u001f\u0020\u0022\/\u005c\u007f\u0080\u2028\ud83d\ude00"
        """));

    [Fact]
    public void Spacing_and_the_order_of_members_change_nothing_and_no_meaning_is_lost() => Values.Sample(value =>
    {
        var canonical = Canonical(Write(value, indented: false));
        return canonical == Canonical(Write(Turned(value), indented: true))
            && canonical == Canonical(canonical)
            && IsSorted(JsonNode.Parse(canonical));
    });

    [Fact]
    public void Another_value_has_another_form() => Gen.Select(Values, Values).Sample((a, b) =>
        JsonNode.DeepEquals(JsonNode.Parse(Write(a, false)), JsonNode.Parse(Write(b, false))) == (Canonical(Write(a, false)) == Canonical(Write(b, false)))
        || HasNumber(a) || HasNumber(b));

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json)));

    private static string Write(JsonNode? value, bool indented) => value is null ? "null" : value.ToJsonString(new JsonSerializerOptions { WriteIndented = indented });

    private static JsonNode? Turned(JsonNode? value) => value switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, Turned(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Turned)]),
        _ => value?.DeepClone(),
    };

    private static bool IsSorted(JsonNode? value) => value switch
    {
        JsonObject members => members.Select(m => m.Key).SequenceEqual(members.Select(m => m.Key).Order(StringComparer.Ordinal)) && members.All(m => IsSorted(m.Value)),
        JsonArray items => items.All(IsSorted),
        _ => true,
    };

    private static bool HasNumber(JsonNode? value) => value switch
    {
        JsonObject members => members.Any(m => HasNumber(m.Value)),
        JsonArray items => items.Any(HasNumber),
        _ => value?.GetValueKind() == JsonValueKind.Number,
    };
}
