using System.Text.Json;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Hosting;

/// <summary>Reads a request's body strictly (I-JSON, 256 KiB, 32 levels), so that nothing is decided on what another parser would read differently.</summary>
public static class RequestBody
{
    /// <summary>The body as an object; an empty body is an empty object. U+0000 is allowed only below the member <paramref name="nulAllowedIn"/>.</summary>
    public static async Task<Result<JsonElement>> ReadAsync(HttpContext context, string? nulAllowedIn = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Request;
        if (request.ContentLength > IJson.MaxBytes)
            return Problems.TooLarge;
        if (request.ContentLength is null or > 0 && request.ContentType is not null && !request.HasJsonContentType())
            return Problems.OfStatus(415)!;
        var body = new ArrayPoolBody();
        try
        {
            if (!await body.ReadAsync(request.Body, context.RequestAborted))
                return Problems.TooLarge;
            if (body.Length == 0)
                return JsonElement.Parse("{}");
            if (request.ContentType is null)
                return Problems.OfStatus(415)!;
            if (IJson.Check(body.Bytes.Span, nulAllowedIn) is { } fault)
                return Refusals.Invalid(fault.Path.Length == 0 ? "$" : fault.Path, fault.Message);
            using var document = JsonDocument.Parse(body.Bytes, new() { MaxDepth = IJson.MaxDepth });
            return document.RootElement.Clone();
        }
        finally
        {
            body.Return();
        }
    }

    /// <summary>The body as it came, of at most as many bytes as any; it can be read again.</summary>
    public static async Task<Result<ReadOnlyMemory<byte>>> ReadBytesAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Request.ContentLength > IJson.MaxBytes)
            return Problems.TooLarge;
        context.Request.EnableBuffering(IJson.MaxBytes);
        var body = new ArrayPoolBody();
        try
        {
            if (!await body.ReadAsync(context.Request.Body, context.RequestAborted))
                return Problems.TooLarge;
            return new ReadOnlyMemory<byte>(body.Bytes.ToArray());
        }
        finally
        {
            body.Return();
        }
    }

    /// <summary>
    /// Takes routing's own judge of content types away: it would answer 415 before anybody was asked who they are. To be
    /// called last, for whatever adds routing adds it again.
    /// </summary>
    public static void LeaveMediaTypesToEndpoints(this IServiceCollection services) =>
        services.Remove(services.Single(s => s.ImplementationType?.FullName == "Microsoft.AspNetCore.Routing.Matching.AcceptsMatcherPolicy"));

    private sealed class ArrayPoolBody
    {
        private byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);

        public int Length { get; private set; }

        public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

        public async Task<bool> ReadAsync(Stream from, CancellationToken cancel)
        {
            while (true)
            {
                if (Length == _buffer.Length)
                    Grow();
                var read = await from.ReadAsync(_buffer.AsMemory(Length), cancel);
                if (read == 0)
                    return true;
                Length += read;
                if (Length > IJson.MaxBytes)
                    return false;
            }
        }

        public void Return() => System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);

        private void Grow()
        {
            var larger = System.Buffers.ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, Length).CopyTo(larger);
            Return();
            _buffer = larger;
        }
    }
}
