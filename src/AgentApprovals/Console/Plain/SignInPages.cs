using AgentApprovals.Demo;
using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace AgentApprovals.Console.Plain;

public enum SignInFault
{
    None,
    Wrong,
    LockedOut,

    /// <summary>The form was older than the browser's cookie, or came from elsewhere.</summary>
    Stale,
}

/// <param name="ReturnTo">An address of this site.</param>
public sealed record SignInModel(string ReturnTo, string? Email, SignInFault Fault, IReadOnlyList<DemoPerson> Demo)
{
    /// <summary>Somebody is here to stop something.</summary>
    public bool IsForStop => ReturnTo == "/stop" || ReturnTo.StartsWith("/stop?", StringComparison.Ordinal);
}

internal static class SignInPages
{
    public static void MapSignInPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/account/sign-in", (HttpContext http) => Visitor.Of(http) is null
            ? Show(http, null, SignInFault.None, 200)
            : Forms.SeeOther(http, ReturnTo(http)));
        pages.MapPost("/account/sign-in", SignInAsync);
        pages.MapPost("/account/sign-out", async (HttpContext http) =>
        {
            await http.SignOutAsync(IdentityConstants.ApplicationScheme);
            return Forms.SeeOther(http, "/account/sign-in");
        }).RequireToken();
    }

    private static async Task<IResult> SignInAsync(HttpContext http, SignIns signIns, SignInManager<Login> signIn)
    {
        var email = await http.Request.FieldAsync("email");
        if (!await Forms.HasTokenAsync(http))
            return Show(http, email, SignInFault.Stale, 400);
        var (answer, login) = await signIns.JudgeAsync(email ?? "", await http.Request.SecretAsync("password"));
        switch (answer)
        {
            case SignInAnswer.Welcome:
                await signIn.SignInAsync(login!, isPersistent: true);
                return Forms.SeeOther(http, ReturnTo(http));
            case SignInAnswer.LockedOut:
                return Show(http, email, SignInFault.LockedOut, 429);
            default:
                return Show(http, email, SignInFault.Wrong, 401);
        }
    }

    /// <summary>Where the visitor came from: an address of this site alone, else the inbox.</summary>
    private static string ReturnTo(HttpContext http) =>
        http.Request.Query["returnUrl"].ToString() is { Length: > 0 } url && RedirectHttpResult.IsLocalUrl(url) && !url.StartsWith('~') ? url : "/";

    private static IResult Show(HttpContext http, string? email, SignInFault fault, int status) =>
        Forms.Page<SignInPage>(new { Model = new SignInModel(ReturnTo(http), email, fault, Demo(http)) }, status);

    /// <summary>Those of the demo's people who are here; only in Development are there any.</summary>
    private static IReadOnlyList<DemoPerson> Demo(HttpContext http)
    {
        var services = http.RequestServices;
        var roster = services.GetRequiredService<Roster>();
        return services.GetRequiredService<IHostEnvironment>().IsDevelopment()
            ? [.. DemoSeed.People.Where(p => roster.PersonByEmail(p.Email) is { Active: true })]
            : [];
    }
}
