using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentApprovals.Client;

namespace AgentApprovals.Demo;

/// <summary>What came back, in one word: the code of a refusal, the status of an action, or the number that HTTP has for it.</summary>
/// <param name="Id">Of the action that a request became.</param>
internal sealed record PlainAnswer(int Status, string Word, Guid? Id, AgentApprovalsException? Refusal)
{
    public bool IsGood => Status is >= 200 and < 300;
}

/// <summary>HTTP and nothing else: what an agent needs to reach a target through the gateway.</summary>
internal sealed class PlainLine(Uri to, string? token) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = to };

    /// <param name="wait">Seconds to be held for; null: as the connector has it.</param>
    public async Task<PlainAnswer> SendAsync(HttpMethod method, string path, object? body = null, int? wait = null, Action<HttpRequestMessage>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (wait is not null)
            request.Headers.Add("Prefer", $"wait={wait}");
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
            // Of a length that is told, as most clients do.
            await request.Content.LoadIntoBufferAsync();
        }

        headers?.Invoke(request);
        try
        {
            using var response = await _http.SendAsync(request);
            return await ReadAsync(response);
        }
        catch (HttpRequestException e)
        {
            return new(0, ErrorCodes.Unreachable, null, new(ErrorCodes.Unreachable, null, "Nobody answered.", e));
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<PlainAnswer> ReadAsync(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var said = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<JsonElement>()
            : default;
        if (Text(said, "code") is { } code)
            return new(status, code, null, new(code, response.StatusCode, Text(said, "detail") ?? code));
        return new(status, Text(said, "status") ?? $"{status}", Guid.TryParse(Text(said, "id"), out var id) ? id : null, null);
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
