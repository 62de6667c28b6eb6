using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Live;

/// <summary>A client of <c>/events</c>, which keeps what it is told. Read by the framework's own parser, comments apart.</summary>
public sealed class EventClient : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly List<SseItem<JsonNode>> _told = [];
    private readonly CancellationTokenSource _left = new();
    private bool _isLeft;

    private EventClient(HttpResponseMessage answer)
    {
        _answer = answer;
        Ended = Task.Run(ReadAsync);
    }

    /// <summary>Completes when the stream has ended, with the error where it was torn off.</summary>
    public Task Ended { get; }

    public IReadOnlyList<SseItem<JsonNode>> Told
    {
        get
        {
            lock (_told)
                return [.. _told];
        }
    }

    public long[] Sequences => [.. Told.Select(e => long.Parse(e.EventId!, NumberStyles.None, CultureInfo.InvariantCulture))];

    public string[] Kinds => [.. Told.Select(e => e.EventType)];

    public static async Task<EventClient> OpenAsync(Person who, long? after = null)
    {
        var answer = await AskAsync(who, after?.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new(answer);
    }

    /// <summary>The answer's head; what follows is the stream, or a problem.</summary>
    public static Task<HttpResponseMessage> AskAsync(Person who, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return who.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public Task UntilAsync(string kind, int count = 1, double seconds = 10) => Eventually.IsAsync(() => Task.FromResult(Kinds.Count(k => k == kind) >= count), seconds);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isLeft, true))
            return;
        await _left.CancelAsync();
        await Task.WhenAny(Ended);
        _answer.Dispose();
        _left.Dispose();
    }

    private async Task ReadAsync()
    {
        await using var body = await _answer.Content.ReadAsStreamAsync(_left.Token);
        await foreach (var item in SseParser.Create(body, (_, data) => JsonNode.Parse(data)!).EnumerateAsync(_left.Token))
        {
            lock (_told)
                _told.Add(item);
        }
    }
}
