using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentApprovals.Console.Plain;

/// <summary>What plain pages and their forms do alike.</summary>
internal static class Forms
{
    private const long MostBytes = 64 * 1024;

    /// <summary>Pages that are shown to one person at one moment, and whose forms are small.</summary>
    public static RouteGroupBuilder MapPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes));
        pages.AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-cache, no-store";
            return next(context);
        });
        return pages;
    }

    /// <summary>Changes nothing unless the form has its antiforgery token.</summary>
    public static RouteHandlerBuilder RequireToken(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
        await HasTokenAsync(context.HttpContext) ? await next(context) : NoticePage.Of("Stale", 400));

    public static Task<bool> HasTokenAsync(HttpContext http) =>
        http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);

    /// <summary>
    /// Whether the stop form was sent from this site: by its token, or by the browser's word for it. A page left open for hours
    /// has to work, and the worst that a forgery could do is to stop.
    /// </summary>
    public static async Task<bool> IsFromHereAsync(HttpContext http)
    {
        if (await HasTokenAsync(http))
            return true;
        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0
            ? site == "same-origin"
            : string.Equals(http.Request.Headers.Origin.ToString(), $"{http.Request.Scheme}://{http.Request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A field of the form, trimmed; null where it is missing or blank.</summary>
    public static async Task<string?> FieldAsync(this HttpRequest request, string name)
    {
        if (!request.HasFormContentType)
            return null;
        var text = (await request.ReadFormAsync())[name].ToString().Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>A field as it was typed, for passwords.</summary>
    public static async Task<string> SecretAsync(this HttpRequest request, string name) =>
        request.HasFormContentType ? (await request.ReadFormAsync())[name].ToString() : "";

    public static IResult Page<T>(object parameters, int status = 200) where T : IComponent =>
        new RazorComponentResult<T>(parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>303: the browser goes on with a GET, so that a reload repeats nothing.</summary>
    public static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    public static string SignInAddress(string returnTo) => $"/account/sign-in?returnUrl={Uri.EscapeDataString(returnTo)}";
}
