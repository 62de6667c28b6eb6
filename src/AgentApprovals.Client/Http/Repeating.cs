using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace AgentApprovals.Client;

/// <summary>
/// What is sent again when no answer came: reading, what carries an idempotency key, and what the contract says changes nothing the
/// second time. Anything else is told to the caller, who alone can know whether it may be done twice.
/// </summary>
internal static class Repeating
{
    public const string Key = "Idempotency-Key";

    /// <summary>Set where the same again changes nothing.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("AgentApprovals.Repeatable");

    /// <summary>How long the console was asked to hold the request.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Wait = new("AgentApprovals.Wait");

    /// <summary>Longer than a person waits for a computer is for the caller to decide.</summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(1);

    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, AgentApprovalsOptions options)
    {
        if (options.Retries > 0)
        {
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(10),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = true,
                ShouldHandle = args => ValueTask.FromResult(MayRepeat(args)),
            });
        }

        pipeline.AddTimeout(new HttpTimeoutStrategyOptions { TimeoutGenerator = args => ValueTask.FromResult(options.Timeout + WaitOf(args.Context.GetRequestMessage())) });
    }

    /// <summary>Credentials go to the console's address and to no other.</summary>
    public static SocketsHttpHandler NewSockets() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    private static bool MayRepeat(RetryPredicateArguments<HttpResponseMessage> args)
    {
        var request = args.Context.GetRequestMessage() ?? args.Outcome.Result?.RequestMessage;
        if (request is null || args.Context.CancellationToken.IsCancellationRequested)
            return false;
        var isSafe = request.Method == HttpMethod.Get || request.Headers.Contains(Key) || (request.Options.TryGetValue(Repeatable, out var repeatable) && repeatable);
        return isSafe && HttpClientResiliencePredicates.IsTransient(args.Outcome) && (args.Outcome.Result?.Headers.RetryAfter?.Delta ?? TimeSpan.Zero) <= MostPatience;
    }

    private static TimeSpan WaitOf(HttpRequestMessage? request) => request is not null && request.Options.TryGetValue(Wait, out var wait) ? wait : TimeSpan.Zero;

    /// <summary>Reads the answer's body within the pipeline, so that a line lost in the midst of it counts as no answer.</summary>
    internal sealed class WholeAnswers : DelegatingHandler
    {
        private const int MostBytes = 16 * 1024 * 1024;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
