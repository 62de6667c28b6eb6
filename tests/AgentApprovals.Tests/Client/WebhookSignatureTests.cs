using System.Text;
using AgentApprovals.Client;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>Signatures as Standard Webhooks 1.0 has them.</summary>
public sealed class WebhookSignatureTests
{
    // The vector of the reference implementations' own tests (github.com/standard-webhooks).
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(Timestamp);

    [Fact]
    public void The_vector_of_the_standard_is_signed_as_it_says()
    {
        Assert.Equal(Signature, WebhookSignature.Header([Secret], Id, Timestamp, Body));
        Assert.True(WebhookSignature.Verify(Secret, Id, Timestamp, Signature, Body, Then));
        // The prefix is for secret scanners, not a part of the key.
        Assert.True(WebhookSignature.Verify(Secret[WebhookSignature.Prefix.Length..], Id, Timestamp, Signature, Body, Then));
    }

    [Fact]
    public void Not_one_bit_of_body_id_time_or_signature_can_be_changed()
    {
        var tried = 0;
        foreach (var changed in EachBit(Body))
            Refuse(Id, Timestamp, Signature, changed);
        foreach (var changed in EachBit(Encoding.ASCII.GetBytes(Id)))
            Refuse(Encoding.Latin1.GetString(changed), Timestamp, Signature, Body);
        for (var bit = 0; bit < 8; bit++)
            Refuse(Id, Timestamp ^ (1L << bit), Signature, Body);
        foreach (var changed in EachBit(Convert.FromBase64String(Signature[3..])))
            Refuse(Id, Timestamp, "v1," + Convert.ToBase64String(changed), Body);
        Assert.Equal((Body.Length + Id.Length + 32 + 1) * 8, tried);

        void Refuse(string id, long timestamp, string signature, byte[] body)
        {
            tried++;
            Assert.False(WebhookSignature.Verify(Secret, id, timestamp, signature, body, DateTimeOffset.FromUnixTimeSeconds(timestamp)));
        }
    }

    [Fact]
    public void While_a_secret_is_changed_for_another_both_of_them_check()
    {
        var (before, after, other) = (WebhookSignature.NewSecret(), WebhookSignature.NewSecret(), WebhookSignature.NewSecret());
        var header = WebhookSignature.Header([after, before], Id, Timestamp, Body);
        Assert.True(WebhookSignature.Verify(before, Id, Timestamp, header, Body, Then));
        Assert.True(WebhookSignature.Verify(after, Id, Timestamp, header, Body, Then));
        Assert.False(WebhookSignature.Verify(other, Id, Timestamp, header, Body, Then));
        Assert.False(WebhookSignature.Verify(after, Id, Timestamp, "v1a,xyz v2,abc", Body, Then));
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void What_is_older_or_newer_than_five_minutes_is_a_replay(int seconds, bool isGood) =>
        Assert.Equal(isGood, WebhookSignature.Verify(Secret, Id, Timestamp, Signature, Body, Then.AddSeconds(seconds)));

    private static IEnumerable<byte[]> EachBit(byte[] bytes)
    {
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            var changed = bytes.ToArray();
            changed[i / 8] ^= (byte)(1 << (i % 8));
            yield return changed;
        }
    }
}
