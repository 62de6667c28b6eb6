using System.Text.Json;
using AgentApprovals.Domain.Text;
using Xunit;

namespace AgentApprovals.Domain.Tests.Text;

public sealed class SecretsTests
{
    public static TheoryData<string, string> Planted => new()
    {
        { "private key", "-----BEGIN RSA PRIVATE KEY-----" },
        { "AWS key", "AKIA" + "ABCDEFGHIJKLMNOP" },
        { "GitHub token", "ghp_" + new string('a', 36) },
        { "Slack token", "xoxb-" + "1234567890-abc" },
        { "Stripe key", "sk_live_" + new string('4', 24) },
        { "JSON Web Token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlcw" },
        { "JSON Web Token", "x-auth-eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlcw" },
        { "token of this console", "aas_" + new string('x', 43) },
        { "password or key", "password = hunter22hunter" },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_secret_is_found_and_masked(string kind, string secret)
    {
        var text = $"See {secret} here";
        Assert.Contains(kind, Secrets.Kinds(text));
        Assert.DoesNotContain(secret, Secrets.Mask(text), StringComparison.Ordinal);
        Assert.Contains(kind, Secrets.Kinds(JsonElement.Parse(JsonSerializer.Serialize(new { deep = new[] { new { note = text } } }))));
    }

    [Theory]
    [InlineData("""{ "password": "correct horse" }""", true)]
    [InlineData("""{ "apiKeys": ["a long value"] }""", true)]
    [InlineData("""{ "password": "short" }""", false)]
    [InlineData("""{ "body": "Reset your password at the desk" }""", false)]
    public void A_member_named_like_a_secret_counts(string payload, bool found) => Assert.Equal(found, Secrets.Kinds(JsonElement.Parse(payload)).Count > 0);

    [Theory]
    [InlineData("a -----BEGIN EC PRIVATE KEY-----\nMHcCAQ==\n-----END EC PRIVATE KEY----- b", "a ‹private key› b")]
    [InlineData("a -----BEGIN PRIVATE KEY-----\\nMHcC, cut off", "a ‹private key›")]
    public void A_private_key_is_masked_to_its_end_and_not_its_first_line_alone(string text, string masked) => Assert.Equal(masked, Secrets.Mask(text));

    [Fact]
    public void Masking_leaves_the_rest_as_it_was() => Assert.Equal("Use ‹AWS key›, please", Secrets.Mask("Use AKIAABCDEFGHIJKLMNOP, please"));

    [Theory]
    [InlineData("eyJ-")]
    [InlineData("eyJaaaaaaaaaa.")]
    [InlineData("ghp_")]
    [InlineData("xoxb-")]
    [InlineData("token=")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("-----BEGIN AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    public void A_text_that_is_written_to_be_slow_to_look_through_is_looked_through(string again)
    {
        var text = string.Concat(Enumerable.Repeat(again, 262_144 / again.Length));
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var masked = Secrets.Mask(text);
        TestContext.Current.TestOutputHelper?.WriteLine($"{again}: {System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms for 256 KiB, {masked.Length} characters left");
        Assert.Equal(masked, Secrets.Mask(masked));
    }
}
