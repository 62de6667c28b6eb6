using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentApprovals.Client;
using AgentApprovals.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace AgentApprovals.Live;

/// <summary>
/// Server-Sent Events as the HTML standard has them (section 9.2). Written here and not by TypedResults.ServerSentEvents, which
/// knows no comments: one opens the stream before anything has happened, and one every quarter of a minute keeps proxies from closing it.
/// </summary>
internal sealed class EventWire(HttpContext context)
{
    public const string MediaType = "text/event-stream";

    /// <summary>How long a silent stream goes without a comment.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static readonly byte[] Opening = "retry: 1000\n: open\n\n"u8.ToArray();
    private static readonly byte[] Comment = ": still here\n\n"u8.ToArray();

    public Task OpenAsync(CancellationToken cancel)
    {
        var response = context.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-cache,no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        return WriteAsync(Opening, cancel);
    }

    public Task BeatAsync(CancellationToken cancel) => WriteAsync(Comment, cancel);

    /// <param name="id">The ledger sequence, from which the client resumes.</param>
    public Task TellAsync(long id, EventDocument told, CancellationToken cancel)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: {told.Type}\ndata: ");
        return WriteAsync([.. Encoding.UTF8.GetBytes(head), .. JsonSerializer.SerializeToUtf8Bytes(told, Api.Json), .. "\n\n"u8], cancel);
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancel)
    {
        await context.Response.Body.WriteAsync(bytes, cancel);
        await context.Response.Body.FlushAsync(cancel);
    }
}
