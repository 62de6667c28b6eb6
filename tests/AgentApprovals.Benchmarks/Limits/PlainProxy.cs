using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace AgentApprovals.Benchmarks.Limits;

/// <summary>A target, and YARP's forwarder in front of one with nothing added: what the gateway is held against. Run as <c>proxy TARGET</c>; without a target it is one.</summary>
internal static class PlainProxy
{
    private static readonly byte[] Answer = [.. Enumerable.Range(0, 1024).Select(i => (byte)('a' + (i % 26)))];

    public static async Task<int> ServeAsync(string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseUrls(Environment.GetEnvironmentVariable("Urls")!);
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null });
        if (target.Length == 0)
        {
            app.MapFallback(context =>
            {
                context.Response.ContentLength = Answer.Length;
                return context.Response.Body.WriteAsync(Answer).AsTask();
            });
        }
        else
        {
            var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
            app.MapFallback(async context => await forwarder.SendAsync(context, target, http, ForwarderRequestConfig.Empty, HttpTransformer.Default));
        }

        await app.RunAsync();
        return 0;
    }
}
