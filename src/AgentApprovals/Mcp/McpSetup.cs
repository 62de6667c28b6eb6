using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Gateway;
using AgentApprovals.Hosting;
using AgentApprovals.Security;
using AgentApprovals.Sessions;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentApprovals.Mcp;

/// <summary><c>/mcp</c>: our own tools and the standing instructions, for agents that speak the Model Context Protocol (streamable HTTP).</summary>
public static class McpSetup
{
    public const string Path = "/mcp";
    /// <summary>In front of MCP servers behind connectors.</summary>
    public const string GatewayPath = "/gateway/mcp";
    public const string InstructionsUri = "agent-approvals://instructions";

    public static IServiceCollection AddMcp(this IServiceCollection services)
    {
        services.AddSingleton<McpRuns>();
        services.AddSingleton<AgentTools>();
        services.AddMcpServer(o => o.ServerInfo = new() { Name = "agent-approvals", Title = "AgentApprovals", Version = typeof(McpSetup).Assembly.GetName().Version!.ToString(3) })
            .WithHttpTransport(o =>
            {
                o.SessionMode = HttpServerSessionMode.Stateful;
                o.ConfigureSessionOptions = ConfigureAsync;
#pragma warning disable MCPEXP002 // For evaluation, and the one way to hear that an MCP session is over, however it came to its end.
                o.RunSessionHandler = RunAsync;
#pragma warning restore MCPEXP002
            });
        return services;
    }

    /// <summary>To be called after authorization: what is behind it knows sessions alone.</summary>
    public static IApplicationBuilder UseMcpEntrance(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(GatewayPath), mcp => mcp.Use(KnownAsync))
            .UseWhen(context => context.Request.Path.StartsWithSegments(Path) || context.Request.Path.StartsWithSegments(GatewayPath), mcp => mcp.UseMiddleware<McpEntrance>());

    public static void MapAgentMcp(this WebApplication app)
    {
        app.MapMcp(Path).RequireAuthorization(SecuritySetup.SessionsAndKeys).ExcludeFromDescription();
        app.MapMcp(GatewayPath + "/{connector}").RequireAuthorization(SecuritySetup.SessionsAndKeys).ExcludeFromDescription();
    }

    /// <summary>No run is opened for a server that is not there.</summary>
    private static async Task KnownAsync(HttpContext context, RequestDelegate next)
    {
        if (Connector(context) is { } name && await context.RequestServices.GetRequiredService<McpDoor>().FindAsync(name) is not null)
            await next(context);
        else
            await Problems.WriteAsync(context, Refusals.NotFound);
    }

    private static string? Connector(HttpContext context) => context.Request.RouteValues["connector"] as string;

    /// <summary>Once per MCP session: the tools, and the instructions as they stand now, which clients put before the model.</summary>
    private static async Task ConfigureAsync(HttpContext context, McpServerOptions options, CancellationToken cancel)
    {
        var tools = context.RequestServices.GetRequiredService<AgentTools>();
        var standing = context.RequestServices.GetRequiredService<StandingReader>();
        var reader = context.RequestServices.GetRequiredService<Reader>();
        options.ServerInstructions = await InstructionsAsync(Caller(context.User), reader, standing);
        if (Connector(context) is { } connector)
        {
            var door = context.RequestServices.GetRequiredService<McpDoor>();
            options.Handlers.ListToolsHandler = async (request, stop) => await door.ListAsync(Caller(request.User), connector, stop);
            options.Handlers.CallToolHandler = async (request, stop) => await door.CallAsync(Caller(request.User), connector, request.Params!, stop);
            return;
        }

        options.Handlers.ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. AgentTool.All] });
        options.Handlers.CallToolHandler = async (request, stop) => await tools.CallAsync(Caller(request.User), request.Params!.Name, request.Params.Arguments, stop);
        options.Handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(new ListResourcesResult
        {
            Resources = [new() { Uri = InstructionsUri, Name = "instructions", Title = "Standing instructions", MimeType = "text/plain", Description = "What you must always heed. Read them again after your context was compacted." }],
        });
        options.Handlers.ReadResourceHandler = async (request, _) => request.Params!.Uri == InstructionsUri
            ? new ReadResourceResult { Contents = [new TextResourceContents { Uri = InstructionsUri, MimeType = "text/plain", Text = await InstructionsAsync(Caller(request.User), reader, standing) }] }
            : throw new McpProtocolException($"There is no resource {request.Params.Uri}.", McpErrorCode.ResourceNotFound);
    }

    private static async Task RunAsync(HttpContext context, McpServer server, CancellationToken cancel)
    {
        var (run, runs) = (McpEntrance.Opened(context), context.RequestServices.GetRequiredService<McpRuns>());
        try
        {
            await server.RunAsync(cancel);
        }
        finally
        {
            if (run is not null)
                await runs.EndAsync(run);
        }
    }

    private static async Task<string> InstructionsAsync(SessionActor actor, Reader reader, StandingReader standing) =>
        await reader.SessionAsync(actor.Session) is { } view ? (await standing.OfAsync(view.Agent)).Text : "";

    private static SessionActor Caller(System.Security.Claims.ClaimsPrincipal? user) =>
        user is not null && Actors.ActorOf(user) is SessionActor actor ? actor : throw new McpProtocolException("Only a session may do that.", McpErrorCode.InvalidRequest);
}
