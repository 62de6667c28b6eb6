using System.Text.Json;
using AgentApprovals.Data.Ledger;
using AgentApprovals.Domain.Ledger;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AgentApprovals.Hosting;

/// <summary>Refusals as RFC 9457 problem details: the one place that makes them.</summary>
public static class Problems
{
    public static ProblemHttpResult Of(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return TypedResults.Problem(Details(refusal));
    }

    /// <summary>Writes the refusal as the answer, with <c>Retry-After</c> where it has one.</summary>
    public static async Task WriteAsync(HttpContext context, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(refusal);
        if (context.Response.HasStarted)
            return;
        context.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        if (refusal.Status == 401)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        await context.Response.WriteAsJsonAsync(Details(refusal), (JsonSerializerOptions?)null, "application/problem+json", context.RequestAborted);
    }

    /// <summary>An exception is our fault or the database's: never a stack trace, never HTML.</summary>
    public static Refusal Of(Exception? exception) => exception switch
    {
        LedgerUnavailableException unavailable => Refusals.Unavailable with { Detail = unavailable.Message },
        System.Data.Common.DbException or Hangfire.BackgroundJobClientException => Refusals.Unavailable,
        BadHttpRequestException { StatusCode: 413 } => TooLarge,
        BadHttpRequestException bad => new(400, "invalid_request", bad.Message),
        _ => Refusals.Internal,
    };

    public static Refusal TooLarge { get; } = new(413, "payload_too_large", "The body is larger than 262,144 bytes; nothing was done.");

    /// <summary>What routing answers without an endpoint of ours: 404, 405 and 415.</summary>
    public static Refusal? OfStatus(int status) => status switch
    {
        401 => Refusals.Unauthenticated,
        403 => Refusals.Forbidden("This is not open to you."),
        404 => Refusals.NotFound,
        405 => new(405, "method_not_allowed", "This address does not take that method."),
        415 => new(415, "unsupported_media_type", "The body must be application/json."),
        500 => Refusals.Internal,
        400 => new(400, "invalid_request", "The request can't be read; nothing was done."),
        _ => null,
    };

    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app
        .UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            ExceptionHandler = context => WriteAsync(context, Of(context.Features.Get<IExceptionHandlerFeature>()?.Error)),
        })
        .UseStatusCodePages(context => OfStatus(StatusOf(context.HttpContext)) is { } refusal
            ? WriteAsync(context.HttpContext, refusal)
            : Task.CompletedTask);

    /// <summary>404 where there is no such address, 405 where there is one with other methods: whichever of both routing took it for.</summary>
    private static int StatusOf(HttpContext context)
    {
        var answer = context.Response;
        var isOfEndpoint = answer.StatusCode == 404 && context.GetEndpoint() is not null;
        if (answer.StatusCode is not (404 or 405) || isOfEndpoint)
            return answer.StatusCode;
        var methods = context.RequestServices.GetRequiredService<ServedMethods>().Of(context);
        answer.Headers.Allow = methods.Count == 0 ? default : string.Join(", ", methods);
        return methods.Count == 0 ? 404 : 405;
    }

    /// <summary>The body of the answer.</summary>
    public static ProblemDetails Details(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var details = new ProblemDetails
        {
            Type = $"https://agentapprovals.example/problems/{refusal.Code}",
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(refusal.Status),
            Status = refusal.Status,
            Detail = refusal.Detail,
            Extensions = { ["code"] = refusal.Code },
        };
        if (refusal.Errors is { } errors)
            details.Extensions["errors"] = errors;
        if (refusal.Instructions is { } instructions)
            details.Extensions["instructions"] = new { instructions.Version, instructions.Digest, instructions.Text };
        return details;
    }
}
