using AgentApprovals.Domain;
using AgentApprovals.Domain.Json;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;

namespace AgentApprovals.People;

/// <summary>Bodies about people in the API's form, for whoever sends them: a script over HTTP, or a form of the console.</summary>
public static class PersonReader
{
    public static Func<Actor, AddPerson> Add(Fields body, SecretHash setupLink)
    {
        ArgumentNullException.ThrowIfNull(body);
        var email = body.RequiredText("email", 254);
        if (email.Length > 0 && !Email.IsPlausible(email))
            body.Fault("email", "An e-mail address is expected.");
        var name = body.Text("displayName", 200) ?? email;
        var roles = ReadRoles(body) ?? Roles.None;
        var groups = body.Texts("groups", [], 100);
        return actor => new(actor, email, name, roles, groups, setupLink);
    }

    /// <summary>A merge patch (RFC 7396): what is left out stays.</summary>
    public static Func<Actor, ChangePerson> Change(Fields body, PersonId id)
    {
        ArgumentNullException.ThrowIfNull(body);
        // Taking "active" back to its default would let somebody in again whom nobody named.
        if (body.Resets("active"))
            body.Fault("active", "true or false is expected.");
        var email = body.Text("email", 254);
        var name = body.Resets("displayName") ? "" : body.Text("displayName", 200, least: 1);
        var roles = ReadRoles(body);
        var groups = body.Resets("groups") ? [] : body.Has("groups") ? body.Texts("groups", [], 100) : null;
        bool? active = body.Has("active") ? body.Flag("active") : null;
        return actor => new(actor, id, email, name, roles, groups, active);
    }

    public static Func<Actor, MakePersonToken> Token(Fields body, PersonId holder, SecretHash hash)
    {
        ArgumentNullException.ThrowIfNull(body);
        var name = body.RequiredText("name", 100);
        var mayDecide = body.Choice<MayDecide>("mayDecide") ?? MayDecide.High;
        return actor => new(actor, holder, name, mayDecide, hash);
    }

    /// <summary>Where a person chooses how they sign in, once.</summary>
    /// <param name="site">The console's own address.</param>
    public static string SetupUrl(string site, string secret)
    {
        ArgumentNullException.ThrowIfNull(site);
        return $"{site.TrimEnd('/')}/account/setup?link={secret}";
    }

    private static Roles? ReadRoles(Fields body)
    {
        if (!body.Has("roles"))
            return body.Resets("roles") ? Roles.None : null;
        var roles = Roles.None;
        foreach (var name in body.Texts("roles", []))
        {
            if (Enum.GetNames<Roles>().Contains(name) && name != nameof(Roles.None))
                roles |= Enum.Parse<Roles>(name);
            else
                body.Fault("roles", $"{name} is none of {string.Join(", ", Enum.GetNames<Roles>().Skip(1))}.");
        }

        return roles;
    }
}
