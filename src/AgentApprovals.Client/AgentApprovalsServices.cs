using AgentApprovals.Client;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

#pragma warning disable IDE0130 // Where everybody looks for it.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers the client.</summary>
public static class AgentApprovalsServices
{
    /// <summary>
    /// Adds <see cref="AgentApprovalsClient"/> as a singleton, over <c>IHttpClientFactory</c>: calls that may be repeated are, with growing
    /// pauses and heeding <c>Retry-After</c>; each has a time limit of its own. What a runner put into the environment is taken over.
    /// </summary>
    /// <param name="services">The program's.</param>
    /// <param name="configure">Where the console is, and who the agent is; nothing is needed under a runner.</param>
    /// <returns>The line's builder, for more handlers.</returns>
    public static IHttpClientBuilder AddAgentApprovals(this IServiceCollection services, Action<AgentApprovalsOptions>? configure = null)
    {
        const string name = "AgentApprovals";
        services.AddOptions<AgentApprovalsOptions>().Configure(o => configure?.Invoke(o)).PostConfigure(o => o.UseEnvironment())
            .Validate(o => o.Address is { IsAbsoluteUri: true, Scheme: "https" or "http" }, "AgentApprovals: Address is not the address of a console.");
        services.AddSingleton(provider => new AgentApprovalsClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(name), provider.GetRequiredService<IOptions<AgentApprovalsOptions>>().Value, provider.GetService<TimeProvider>()));
        var http = services.AddHttpClient(name, (provider, client) =>
        {
            client.BaseAddress = provider.GetRequiredService<IOptions<AgentApprovalsOptions>>().Value.Address;
            client.Timeout = Timeout.InfiniteTimeSpan;
        });
        // The client is kept: its connections are renewed below, and not its handlers.
        http.SetHandlerLifetime(Timeout.InfiniteTimeSpan).ConfigurePrimaryHttpMessageHandler(Repeating.NewSockets);
        http.AddResilienceHandler("retry", (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
            Repeating.Configure(pipeline, context.ServiceProvider.GetRequiredService<IOptions<AgentApprovalsOptions>>().Value);
        });
        return http.AddHttpMessageHandler(() => new Repeating.WholeAnswers());
    }
}
