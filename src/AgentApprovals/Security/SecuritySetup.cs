using AgentApprovals.Domain.Ledger;
using AgentApprovals.Hosting;
using AgentApprovals.Runners;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;

namespace AgentApprovals.Security;

/// <summary>Who may come in: agents and scripts by bearer token, people in the browser by cookie.</summary>
public static class SecuritySetup
{
    public const string People = "people";
    public const string Sessions = "sessions";
    public const string SessionsAndPeople = "sessions and people";
    public const string Keys = "agent keys";
    public const string SessionsAndKeys = "sessions and agent keys";

    /// <summary>A runner whose place at the hub is free.</summary>
    public const string Runners = "runners";
    private const string Either = "bearer or cookie";

    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddSingleton<Roster>();
        services.AddSingleton<Stamps>();
        services.AddSingleton<SignInTurns>();
        services.AddScoped<SignIns>();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, o => o.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 || context.Request.Query.ContainsKey("access_token")
                    ? BearerAuthentication.SchemeName
                    : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null)
            .AddCookie(IdentityConstants.ApplicationScheme, ConfigureCookie);
        services.AddIdentityCore<Login>(o =>
            {
                o.Password = new() { RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 4 };
                o.Lockout.MaxFailedAccessAttempts = 5;
                o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
                o.User.RequireUniqueEmail = false;
                // Identity would refuse to save, and so to count, what fails for o'brien@example.com.
                o.User.AllowedUserNameCharacters = "";
            })
            .AddUserStore<LoginStore>()
            .AddClaimsPrincipalFactory<LoginPrincipal>()
            .AddSignInManager();
        services.AddAuthorizationBuilder()
            .AddPolicy(People, p => p.RequireAuthenticatedUser().RequireAssertion(c => Actors.Is<PersonActor>(c.User)))
            .AddPolicy(Sessions, p => p.RequireAuthenticatedUser().RequireAssertion(c => Actors.Is<SessionActor>(c.User)))
            .AddPolicy(SessionsAndPeople, p => p.RequireAuthenticatedUser().RequireAssertion(c => Actors.Is<SessionActor>(c.User) || Actors.Is<PersonActor>(c.User)))
            .AddPolicy(SessionsAndKeys, p => p.RequireAuthenticatedUser().RequireAssertion(c => Actors.Is<SessionActor>(c.User) || Actors.Is<KeyActor>(c.User)))
            .AddPolicy(Runners, p => p.RequireAuthenticatedUser().RequireAssertion(c => Actors.Is<RunnerActor>(c.User)).AddRequirements(new FreePlace()))
            .AddPolicy(Keys, p => p.RequireAuthenticatedUser().RequireAssertion(c => Actors.Is<KeyActor>(c.User)));
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "AgentApprovals.Antiforgery";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.HeaderName = "X-CSRF-TOKEN";
        });
        services.AddCascadingAuthenticationState();
        return services;
    }

    private static void ConfigureCookie(Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions o)
    {
        o.Cookie.Name = "AgentApprovals";
        o.Cookie.HttpOnly = true;
        o.Cookie.SameSite = SameSiteMode.Lax;
        o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        o.ExpireTimeSpan = TimeSpan.FromHours(12);
        o.SlidingExpiration = true;
        o.LoginPath = "/account/sign-in";
        // A cookie is as good as the person behind it is now: deactivated, or with another stamp, it opens nothing.
        o.Events.OnValidatePrincipal = async context =>
        {
            var services = context.HttpContext.RequestServices;
            if (Actors.ActorOf(context.Principal!) is PersonActor actor
                && services.GetRequiredService<Roster>().Person(actor.Person) is { Active: true } person
                && await services.GetRequiredService<Stamps>().IsCurrentAsync(context.Principal!, person))
            {
                return;
            }

            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        };
        o.Events.OnRedirectToLogin = context => IsPage(context.Request)
            ? Redirect(context.Response, context.RedirectUri)
            : Problems.WriteAsync(context.HttpContext, Refusals.Unauthenticated);
        o.Events.OnRedirectToAccessDenied = context =>
            Problems.WriteAsync(context.HttpContext, Refusals.Forbidden("This is not open to you."));
    }

    private static bool IsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/hubs") && !request.Path.StartsWithSegments("/_blazor")
        && !request.Path.StartsWithSegments("/gateway");

    private static Task Redirect(HttpResponse response, string to)
    {
        response.Redirect(to);
        return Task.CompletedTask;
    }
}
