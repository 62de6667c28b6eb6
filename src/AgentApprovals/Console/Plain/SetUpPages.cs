using AgentApprovals.Domain.People;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Identity;

namespace AgentApprovals.Console.Plain;

/// <param name="Faults">Why the password that was sent is refused, in words.</param>
public sealed record SetUpModel(PersonState Person, string Link, IReadOnlyList<string> Faults);

/// <summary>The one-time link: whoever holds it chooses the password. Looking at it, or sending what is refused, does not use it up.</summary>
internal static class SetUpPages
{
    public static void MapSetUpPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/account/setup", LookAsync);
        pages.MapPost("/account/setup", ChooseAsync).RequireToken();
    }

    private static async Task<IResult> LookAsync(string? link, Roster roster) =>
        await HolderAsync(roster, link) is { } person ? Show(new(person, link!, []), 200) : NoticePage.Of("Link", 404);

    private static async Task<IResult> ChooseAsync(
        HttpContext http, Roster roster, Data.Ledger.Ledger ledger, SignIns signIns, UserManager<Login> users, SignInManager<Login> signIn, NewPassword passwords)
    {
        var link = await http.Request.FieldAsync("link");
        if (await HolderAsync(roster, link) is not { } person || await users.FindByIdAsync(person.Id.ToString()) is not { } login)
            return NoticePage.Of("Link", 404);
        var (password, faults) = await passwords.ReadAsync(http.Request, login);
        if (faults.Count > 0)
            return Show(new(person, link!, faults), 400);
        // The link is what only one of two can use; the password is found without fault by now.
        var used = await ledger.CommitAsync(new UseSetupLink(SecretHash.Of(link!)));
        if (used.Refusal is { } refusal)
            return refusal.Status == 404 ? NoticePage.Of("Link", 404) : NoticePage.Of("Unavailable", 503);
        await signIns.ChangeAsync(login, password);
        await signIn.SignInAsync(login, isPersistent: true);
        return Forms.SeeOther(http, "/");
    }

    private static async Task<PersonState?> HolderAsync(Roster roster, string? link) =>
        link is not null && await roster.CredentialAsync(SecretHash.Of(link)) is { Kind: CredentialKind.SetupLink } credential
            && roster.Person(credential.HolderSequence) is { Active: true } person ? person : null;

    private static IResult Show(SetUpModel model, int status) => Forms.Page<SetUpPage>(new { Model = model }, status);
}
