using AgentApprovals.Security;
using Microsoft.Extensions.Localization;

namespace AgentApprovals.Console.Plain;

/// <summary>A new password as a form sends it: twice, and without fault.</summary>
internal sealed class NewPassword(SignIns signIns, IStringLocalizer<PasswordFields> texts)
{
    public async Task<(string Password, IReadOnlyList<string> Faults)> ReadAsync(HttpRequest request, Login login)
    {
        var password = await request.SecretAsync("password");
        var faults = await signIns.FaultsAsync(login, password);
        return (password, password == await request.SecretAsync("again") ? faults : [.. faults, texts["Differ"]]);
    }
}
