using AgentApprovals.Data.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>
/// The servers that the product is held against, each on the product's address and answering with the very bytes that the product
/// answered: <c>empty</c>, <c>bare</c>, <c>ef</c>. Run as <c>serve NAME ENGINE DATABASE ANSWER-FILE</c>.
/// </summary>
internal static class Limit
{
    public static async Task<int> ServeAsync(string name, DatabaseEngine engine, string database, string answerFile)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Environment.GetEnvironmentVariable("Urls")!);
        var answer = await File.ReadAllBytesAsync(answerFile);
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        var write = name switch
        {
            "bare" => BareWriter.Open(engine, database),
            "ef" => EfWriter.Open(engine, database),
            _ => _ => Task.CompletedTask,
        };
        app.MapPost("/api/v1/actions", context => SubmitAsync(context, write, answer));
        await app.RunAsync();
        return 0;
    }

    private static async Task SubmitAsync(HttpContext context, Func<long, Task> write, byte[] answer)
    {
        using var body = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
        var key = long.Parse(context.Request.Headers["Idempotency-Key"].ToString(), System.Globalization.CultureInfo.InvariantCulture);
        await write(key);
        context.Response.StatusCode = 201;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }
}
