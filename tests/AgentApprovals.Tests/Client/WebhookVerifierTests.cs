using System.Globalization;
using AgentApprovals.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AgentApprovals.Tests.Client;

/// <summary>What a receiver takes for the console's, and what not.</summary>
public sealed class WebhookVerifierTests
{
    private static readonly byte[] Body = """{"type":"action.released","timestamp":"2026-11-24T09:00:00.000Z","data":{"id":"x"}}"""u8.ToArray();

    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly string _secret = WebhookSignature.NewSecret();

    [Fact]
    public void What_is_signed_and_new_is_good_once()
    {
        var verifier = new WebhookVerifier([_secret], _clock);
        Assert.Equal(WebhookVerdict.Good, Check(verifier, "msg_1", out var told));
        Assert.Equal(("action.released", _clock.GetUtcNow()), (told!.Type, told.Timestamp));
        Assert.Equal(WebhookVerdict.Repeated, Check(verifier, "msg_1", out told));
        Assert.NotNull(told);
        Assert.Equal(WebhookVerdict.Good, Check(verifier, "msg_2", out _));
        // The console's last attempt comes a day later, with a time of its own.
        _clock.Advance(TimeSpan.FromHours(32));
        Assert.Equal(WebhookVerdict.Repeated, Check(verifier, "msg_1", out _));
        verifier.Forget("msg_1");
        Assert.Equal(WebhookVerdict.Good, Check(verifier, "msg_1", out _));
    }

    [Fact]
    public void While_a_secret_is_changed_for_another_either_is_good()
    {
        var after = WebhookSignature.NewSecret();
        var verifier = new WebhookVerifier([after, _secret], _clock);
        Assert.Equal(WebhookVerdict.Good, Check(verifier, "msg_1", out _));
        Assert.Equal(WebhookVerdict.Good, Check(verifier, "msg_2", out _, after));
        Assert.Equal(WebhookVerdict.Refused, Check(verifier, "msg_3", out _, WebhookSignature.NewSecret()));
        Assert.Throws<FormatException>(() => new WebhookVerifier(["whsec_not base64"]));
    }

    [Fact]
    public void What_is_changed_old_or_no_event_is_refused()
    {
        var verifier = new WebhookVerifier([_secret], _clock);
        var seconds = _clock.GetUtcNow().ToUnixTimeSeconds();
        var (now, signature) = (seconds.ToString(CultureInfo.InvariantCulture), WebhookSignature.Header([_secret], "msg", seconds, Body));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg2", now, signature, Body, out _));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check(null, now, signature, Body, out _));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", null, signature, Body, out _));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", "soon", signature, Body, out _));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", now, null, Body, out _));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", now, "", Body, out _));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", now, signature, "{}"u8, out _));
        var page = "<html>"u8.ToArray();
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", now, WebhookSignature.Header([_secret], "msg", seconds, page), page, out var told));
        Assert.Null(told);
        // The control: it was none of its own fault.
        Assert.Equal(WebhookVerdict.Good, verifier.Check("msg", now, signature, Body, out _));
        _clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(WebhookVerdict.Refused, verifier.Check("msg", now, signature, Body, out _));
    }

    private WebhookVerdict Check(WebhookVerifier verifier, string id, out EventDocument? told, string? secret = null)
    {
        var seconds = _clock.GetUtcNow().ToUnixTimeSeconds();
        return verifier.Check(id, seconds.ToString(CultureInfo.InvariantCulture), WebhookSignature.Header([secret ?? _secret], id, seconds, Body), Body, out told);
    }
}
