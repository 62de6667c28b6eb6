using AgentApprovals.Hosting;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentApprovals.Console.Plain;

/// <summary>What goes wrong with a page is told by a page. The machines' addresses answer with problem details instead.</summary>
public static class PlainErrors
{
    public static IApplicationBuilder UsePlainErrors(this IApplicationBuilder app) => app
        .UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            ExceptionHandler = context => Problems.Of(context.Features.Get<IExceptionHandlerFeature>()?.Error).Status is var status && status >= 500
                ? WriteAsync(context, status == 503 ? "Unavailable" : "Broken", status)
                : WriteAsync(context, "Bad", status),
        })
        .UseStatusCodePages(context => WriteAsync(context.HttpContext));

    private static Task WriteAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        // What a page loads by itself is no page.
        if (Path.HasExtension(context.Request.Path) || context.Request.Path.StartsWithSegments("/_blazor"))
            return Task.CompletedTask;
        return WriteAsync(context, status switch { 401 or 403 => "Forbidden", 404 => "Missing", 405 => "Method", < 500 => "Bad", 503 => "Unavailable", _ => "Broken" }, status);
    }

    /// <summary>Rendered in a scope of its own, whatever became of the request's.</summary>
    private static async Task WriteAsync(HttpContext context, string subject, int status)
    {
        var before = context.RequestServices;
        await using var scope = before.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await NoticePage.Of(subject, status).ExecuteAsync(context);
        }
        finally
        {
            context.RequestServices = before;
        }
    }
}
