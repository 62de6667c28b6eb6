using System.Security.Claims;
using System.Text.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>A browser's storage after somebody signed in.</summary>
internal static class SignIn
{
    public static Task<string> StateAsync(Stage stage, Visitor who)
    {
        var cookies = stage.Console.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var identity = Actors.ToIdentity(new PersonActor(new(Guid.Parse(who.Id))), IdentityConstants.ApplicationScheme);
        var ticket = new AuthenticationTicket(new ClaimsPrincipal(identity), IdentityConstants.ApplicationScheme);
        var cookie = new { name = cookies.Cookie.Name, value = cookies.TicketDataFormat.Protect(ticket), domain = stage.Console.Address.Host, path = "/", expires = -1, httpOnly = true, secure = false, sameSite = "Lax" };
        return Task.FromResult(JsonSerializer.Serialize(new { cookies = new[] { cookie }, origins = Array.Empty<object>() }));
    }
}
