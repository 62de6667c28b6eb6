using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Hosting;
using AgentApprovals.People;
using AgentApprovals.Risk;
using AgentApprovals.Security;
using Microsoft.AspNetCore.Identity;

namespace AgentApprovals.Console.Plain;

/// <summary>What the account page says after something was done, or not.</summary>
public enum AccountNotice
{
    None,
    PasswordSet,
    PasswordWrong,
    LockedOut,
    TokenNeedsName,
    TokenRefused,
    Unavailable,
}

public sealed record AccountModel(PersonState Person, IReadOnlyList<CredentialState> Tokens)
{
    /// <summary>Their own figures; null for who decides nothing and never did.</summary>
    public ReviewerLoad? Load { get; init; }

    /// <summary>The first day, by UTC, that they are of.</summary>
    public DateOnly LoadFrom { get; init; }
    public AccountNotice Notice { get; init; }
    public IReadOnlyList<string> PasswordFaults { get; init; } = [];

    /// <summary>Just made; shown this once.</summary>
    public string? NewToken { get; init; }
}

/// <summary>One's own account, through the same commands as the API.</summary>
internal static class AccountPages
{
    private const int MostTokens = 200;
    private const int LoadDays = 30;

    public static void MapAccountPages(this RouteGroupBuilder pages)
    {
        var account = pages.MapGroup("/account").RequireAuthorization(SecuritySetup.People);
        account.MapGet("/", async (Api api, string? done) =>
            Show(await ReadAsync(api) with { Notice = done == "password" ? AccountNotice.PasswordSet : AccountNotice.None }));
        account.MapPost("/password", ChangePasswordAsync).RequireToken();
        account.MapPost("/tokens", MakeTokenAsync).RequireToken();
        account.MapPost("/tokens/{id:guid}/delete", DeleteTokenAsync).RequireToken();
    }

    private static async Task<IResult> ChangePasswordAsync(Api api, SignIns signIns, SignInManager<Login> signIn, NewPassword passwords)
    {
        var request = api.Context.Request;
        var (answer, login) = await signIns.JudgeAsync(api.Person.Email, await request.SecretAsync("current"));
        if (answer != SignInAnswer.Welcome)
            return Show(await ReadAsync(api) with { Notice = answer == SignInAnswer.LockedOut ? AccountNotice.LockedOut : AccountNotice.PasswordWrong }, 400);
        var (password, faults) = await passwords.ReadAsync(request, login!);
        if (faults.Count > 0)
            return Show(await ReadAsync(api) with { PasswordFaults = faults }, 400);
        await signIns.ChangeAsync(login!, password);
        await signIn.SignInAsync(login!, isPersistent: true);
        return Forms.SeeOther(api.Context, "/account?done=password");
    }

    private static async Task<IResult> MakeTokenAsync(Api api, Data.Ledger.Ledger ledger)
    {
        var request = api.Context.Request;
        if (await request.FieldAsync("name") is not { } name)
            return Show(await ReadAsync(api) with { Notice = AccountNotice.TokenNeedsName }, 400);
        var mayDecide = Enum.TryParse<MayDecide>(await request.FieldAsync("mayDecide"), ignoreCase: true, out var chosen) && Enum.IsDefined(chosen) ? chosen : MayDecide.None;
        var token = Token.New(Token.Person);
        var made = await ledger.CommitAsync(new MakePersonToken(api.Actor, api.Person.Id, name.AtMost(100), mayDecide, SecretHash.Of(token)));
        return made.Refusal is { } refusal
            ? Show(await ReadAsync(api) with { Notice = NoticeOf(refusal) }, refusal.Status)
            : Show(await ReadAsync(api) with { NewToken = token });
    }

    private static async Task<IResult> DeleteTokenAsync(Guid id, Api api, Data.Ledger.Ledger ledger)
    {
        var deleted = await ledger.CommitAsync(new DeletePersonToken(api.Actor, api.Person.Id, new CredentialId(id)));
        // Gone already is as good as deleted.
        return deleted.Refusal is { Status: not 404 } refusal
            ? Show(await ReadAsync(api) with { Notice = NoticeOf(refusal) }, refusal.Status)
            : Forms.SeeOther(api.Context, "/account");
    }

    private static AccountNotice NoticeOf(Refusal refusal) => refusal.Status >= 500 ? AccountNotice.Unavailable : AccountNotice.TokenRefused;

    private static async Task<AccountModel> ReadAsync(Api api)
    {
        var load = await api.Context.RequestServices.GetRequiredService<ReviewerLoads>().OfAsync(api.Person.Id, LoadDays);
        var tokens = await CredentialLists.ReadAsync(api.Reader, CredentialKind.PersonToken, api.Person.Sequence, 0, MostTokens);
        return new(api.Person, tokens)
        {
            Load = load.Decisions > 0 || api.Person.Has(Caller.Deniers) ? load : null,
            LoadFrom = Figures.DateOf(api.Reader.Now.Day - LoadDays + 1),
        };
    }

    private static IResult Show(AccountModel model, int status = 200) => Forms.Page<AccountPage>(new { Model = model }, status);
}
