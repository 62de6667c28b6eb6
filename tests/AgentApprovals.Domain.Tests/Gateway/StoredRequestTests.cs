using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Json;
using CsCheck;
using Xunit;

namespace AgentApprovals.Domain.Tests.Gateway;

public sealed class StoredRequestTests
{
    private static readonly Gen<(string? Type, byte[] Body)> Bodies = Gen.OneOf(
        Gen.String.Select(s => ((string?)"application/json", JsonSerializer.SerializeToUtf8Bytes(new { text = s.Where(c => !char.IsSurrogate(c)).ToArray().AsSpan().ToString() }))),
        Gen.String[Gen.Char['!', '~'], 1, 40].Select(s => ((string?)"text/plain; charset=utf-8", Encoding.UTF8.GetBytes(s))),
        Gen.Byte.Array[0, 60].Select(b => ((string?)null, b)));

    [Fact]
    public void What_is_stored_is_read_back_as_the_bytes_that_were_shown() => Bodies.Sample(b =>
    {
        var body = StoredBody.Read(b.Body, b.Type, out var fault);
        Assert.Null(fault);
        var request = Request(body!, b.Type);
        var payload = request.ToPayload();
        var again = StoredRequest.Of(payload.Value);
        Assert.Equal(body!.Bytes.ToArray(), again!.Body.Bytes.ToArray());
        Assert.Equal(payload.Digest, again.ToPayload().Digest);
        if (b.Type != "application/json")
            Assert.Equal(b.Body, again.Body.Bytes.ToArray());
    }, iter: 3000);

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "application/json")]
    [InlineData("""{"a":9007199254740993}""", "application/json")]
    [InlineData("{", "application/problem+json")]
    [InlineData("null", "application/json")]
    [InlineData("{}", "application/json; charset=utf-16")]
    public void A_body_that_says_it_is_JSON_and_could_be_read_otherwise_is_refused(string text, string type)
    {
        Assert.Null(StoredBody.Read(Encoding.UTF8.GetBytes(text), type, out var fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void A_body_shows_as_JSON_text_or_base64()
    {
        Assert.Equal("""{"a":1}""", Of(" { \"a\" : 1.0 } "u8.ToArray(), "application/json").Value!.ToJsonString());
        Assert.Equal(("a=1", null), ((string?)Of("a=1"u8.ToArray(), "application/x-www-form-urlencoded").Value, Of("a=1"u8.ToArray(), null).Encoding));
        Assert.Equal(("AAE=", "base64"), ((string?)Of([0, 1], null).Value, Of([0, 1], null).Encoding));
        Assert.Equal("base64", Of("a"u8.ToArray(), "text/plain; charset=utf-7").Encoding);
    }

    [Fact]
    public void An_edit_changes_query_body_and_values_of_headers_and_the_digest_is_ours()
    {
        var request = Request(Of("""{"body":"x"}"""u8.ToArray(), "application/json"), "application/json");
        var edited = request.EditedBy(JsonElement.Parse(
            """{"method":"POST","path":"/threads/1/posts","query":"a=2","headers":{"content-type":"application/json"},"body":{"body":"y"},"bodyDigest":"sha256:made-up"}""")).Require();
        Assert.Equal(("a=2", CanonicalJson.Digest("""{"body":"y"}"""u8)), (edited.Query, edited.Body.Digest));
    }

    [Theory]
    [InlineData("""{"method":"DELETE"}""")]
    [InlineData("""{"method":null}""")]
    [InlineData("""{"path":"/threads/2/posts"}""")]
    [InlineData("""{"query":"a b"}""")]
    [InlineData("""{"query":7}""")]
    [InlineData("""{"headers":{"content-type":"application/json","x-admin":"1"}}""")]
    [InlineData("""{"headers":{"content-type":"a\r\nb"}}""")]
    [InlineData("""{"headers":{"content-type":"text/plain"},"body":{"a":1}}""")]
    [InlineData("""{"headers":{"content-type":"application/json"},"body":"x","encoding":"gzip"}""")]
    [InlineData("[]")]
    public void Another_request_is_no_edit_of_it(string edit) =>
        Assert.Equal("edit_refused", Request(Of("{}"u8.ToArray(), "application/json"), "application/json").EditedBy(JsonElement.Parse(edit)).Refusal?.Code);

    [Theory]
    [InlineData("Host")]
    [InlineData("authorization")]
    [InlineData("Cookie")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("X-Api-Key")]
    [InlineData("x_api_key")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X_HTTP_Method_Override")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Named")]
    [InlineData("Agent-Approvals-Reason")]
    public void Headers_of_the_connection_the_caller_and_the_credential_are_never_taken(string name)
    {
        Assert.False(GatewayHeaders.IsTaken(name, "X-Api-Key", ["x-named"]));
        Assert.True(GatewayHeaders.IsTaken("Accept", "X-Api-Key", ["x-named"]));
    }

    [Fact]
    public void A_stored_request_that_says_something_else_than_its_digest_is_none()
    {
        var payload = JsonNode.Parse(Request(Of("x"u8.ToArray(), null), null).ToPayload().Canonical.Span)!;
        Assert.NotNull(StoredRequest.Of(JsonSerializer.SerializeToElement(payload)));
        payload["body"] = "y";
        Assert.Null(StoredRequest.Of(JsonSerializer.SerializeToElement(payload)));
    }

    private static StoredBody Of(byte[] bytes, string? type) => StoredBody.Read(bytes, type, out _)!;

    private static StoredRequest Request(StoredBody body, string? type) =>
        new("POST", GatewayPath.Read("/threads/1/posts", out _)!, "", type is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["content-type"] = type }, body);
}
