using System.Security.Claims;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Tests.Drivers;

/// <summary>A person in the browser: the cookie that signing in gives, and the antiforgery token that a page of ours holds.</summary>
public static class Cookies
{
    /// <summary>A caller by cookie; with <paramref name="antiforgery"/>, as a page of ours would call.</summary>
    public static async Task<Person> ByCookieAsync(this TestConsole console, string email, bool antiforgery)
    {
        var http = console.Http();
        await using var scope = console.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var login = await services.GetRequiredService<UserManager<Login>>().FindByNameAsync(email) ?? throw new InvalidOperationException($"Nobody is {email}.");
        var principal = await services.GetRequiredService<IUserClaimsPrincipalFactory<Login>>().CreateAsync(login);
        var options = services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var ticket = new AuthenticationTicket(principal, new() { IssuedUtc = now, ExpiresUtc = now.AddHours(1) }, IdentityConstants.ApplicationScheme);
        var cookies = $"{options.Cookie.Name}={options.TicketDataFormat.Protect(ticket)}";
        if (antiforgery)
        {
            var tokens = Tokens(services, principal);
            cookies += $"; {services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie.Name}={tokens.CookieToken}";
            http.DefaultRequestHeaders.Add(tokens.HeaderName!, tokens.RequestToken);
        }

        http.DefaultRequestHeaders.Add("Cookie", cookies);
        return new(http);
    }

    private static AntiforgeryTokenSet Tokens(IServiceProvider services, ClaimsPrincipal principal) =>
        services.GetRequiredService<IAntiforgery>().GetTokens(new DefaultHttpContext { RequestServices = services, User = principal });
}
