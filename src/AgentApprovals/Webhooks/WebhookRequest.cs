using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using AgentApprovals.Client;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Webhooks;

namespace AgentApprovals.Webhooks;

/// <summary>Makes one signed request and tells how it was answered. Of the answer only the status counts; its body is never read.</summary>
public sealed class WebhookRequest(WebhookLine line, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly ProductInfoHeaderValue Agent = new("AgentApprovals", "1");

    /// <exception cref="OperationCanceledException">Asked for by <paramref name="cancel"/>: it is not known what came of it.</exception>
    public async Task<DeliveryAttempt> SendAsync(string url, IReadOnlyList<string> secrets, string id, byte[] body, CancellationToken cancel)
    {
        var at = time.GetUtcNow();
        var seconds = at.ToUnixTimeSeconds();
        var began = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Header(secrets, id, seconds, body));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Longest);
        var (status, error) = await AnswerAsync(request, patience.Token, cancel);
        return new(Moment.From(at), status, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds, error);
    }

    private async Task<(int? Status, string? Error)> AnswerAsync(HttpRequestMessage request, CancellationToken patience, CancellationToken cancel)
    {
        try
        {
            using var answer = await line.Http.SendAsync(request, patience);
            return ((int)answer.StatusCode, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"no answer within {Longest.TotalSeconds} s");
        }
        catch (HttpRequestException e)
        {
            return (null, Reason(e));
        }
    }

    /// <summary>In words of our own: an exception's may hold what the other side wrote.</summary>
    private static string Reason(HttpRequestException e) => e.InnerException switch
    {
        RefusedAddressException refused => refused.Message,
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "the name is not known",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "the connection was refused",
        AuthenticationException => "no secure connection: the certificate was not accepted",
        _ when e.HttpRequestError is HttpRequestError.SecureConnectionError => "no secure connection: the certificate was not accepted",
        _ when e.HttpRequestError is HttpRequestError.NameResolutionError => "the name is not known",
        _ when e.HttpRequestError is HttpRequestError.ConnectionError => "it can't be reached",
        _ => "the connection broke",
    };
}
