using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Polly.Timeout;

namespace AgentApprovals.Client;

/// <summary>One request of the API, its path below <c>/api/v1/</c>: what is sent, and how often it may be.</summary>
internal sealed record Call(HttpMethod Method, string Path, string Token)
{
    public object? Body { get; init; }

    public string? Key { get; init; }

    /// <summary>The same again changes nothing, and is answered alike.</summary>
    public bool IsRepeatable { get; init; }

    public TimeSpan Wait { get; init; }

    public HttpStatusCode Expects { get; init; } = HttpStatusCode.OK;
}

/// <summary>Sends calls, and makes of each answer the document that was expected or an exception that says why not.</summary>
internal sealed class Line(HttpClient http)
{
    private readonly Uri _api = new(Rooted(http.BaseAddress ?? throw new ArgumentException("The HttpClient has no BaseAddress: the console's address.", nameof(http))), "api/v1/");

    public async Task<T> SendAsync<T>(Call call, CancellationToken cancel)
    {
        using var response = await AnswerAsync(call, cancel);
        return await ReadAsync<T>(response, cancel);
    }

    public async Task SendAsync(Call call, CancellationToken cancel) => (await AnswerAsync(call, cancel)).Dispose();

    private async Task<HttpResponseMessage> AnswerAsync(Call call, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_api, call.Path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Token);
        request.Headers.Accept.Add(new("application/json"));
        if (call.Key is not null)
            request.Headers.Add(Repeating.Key, call.Key);
        if (call.Body is not null)
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call.Body, WireJson.Options)) { Headers = { ContentType = new("application/json") } };
        request.Options.Set(Repeating.Repeatable, call.IsRepeatable);
        request.Options.Set(Repeating.Wait, call.Wait);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new AgentApprovalsException(ErrorCodes.Unreachable, null, "The console did not answer.", e);
        }

        if (response.StatusCode == call.Expects)
            return response;
        using (response)
            throw await ProblemAsync(response, cancel);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/json" && await response.Content.ReadFromJsonAsync<T>(WireJson.Options, cancel) is { } document)
                return document;
        }
        catch (JsonException e)
        {
            throw AgentApprovalsException.Unexpected("The answer can't be read.", response.StatusCode, e);
        }

        throw AgentApprovalsException.Unexpected("The answer is no document.", response.StatusCode);
    }

    private static async Task<AgentApprovalsException> ProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var problem = default(Problem);
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
                problem = await response.Content.ReadFromJsonAsync<Problem>(WireJson.Options, cancel);
        }
        catch (JsonException)
        {
            // Whatever stands between wrote this; the status says enough.
        }

        return problem?.Code is null || response.IsSuccessStatusCode
            ? AgentApprovalsException.Unexpected($"The answer was {(int)response.StatusCode}, and no problem of a console.", response.StatusCode)
            : new(problem.Code, response.StatusCode, problem.Detail ?? problem.Title ?? "")
            {
                Errors = problem.Errors ?? [],
                RetryAfter = response.Headers.RetryAfter?.Delta,
                Instructions = problem.Instructions,
            };
    }

    private static Uri Rooted(Uri address) => address.AbsolutePath.EndsWith('/') ? address : new UriBuilder(address) { Path = address.AbsolutePath + "/" }.Uri;

    private sealed record Problem(string? Code = null, string? Title = null, string? Detail = null, Dictionary<string, string[]>? Errors = null, InstructionsDocument? Instructions = null);
}
