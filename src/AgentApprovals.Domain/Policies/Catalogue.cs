using AgentApprovals.Domain.Json;

namespace AgentApprovals.Domain.Policies;

/// <summary>The action types that people have described. What is not in it counts as sensitive and irreversible, and is never released without a person.</summary>
public sealed class Catalogue
{
    private readonly Dictionary<string, ActionType> _exact;
    private readonly ActionType[] _patterns;

    public Catalogue(int version, IReadOnlyList<ActionType> items)
    {
        Version = version;
        Items = items;
        _exact = items.Where(i => !i.Name.Contains('*', StringComparison.Ordinal)).ToDictionary(i => i.Name, StringComparer.Ordinal);
        _patterns = [.. items.Where(i => i.Name.Contains('*', StringComparison.Ordinal)).OrderByDescending(i => i.Name.Length).ThenBy(i => i.Name, StringComparer.Ordinal)];
    }

    /// <summary>0 for the built-in one.</summary>
    public int Version { get; }

    public IReadOnlyList<ActionType> Items { get; }

    /// <summary>The entry of that very name, else the longest pattern that matches, else null.</summary>
    public ActionType? Find(string type) =>
        _exact.GetValueOrDefault(type) ?? Array.Find(_patterns, p => Patterns.Matches(p.Name, type));

    public static Catalogue BuiltIn { get; } = new(0,
    [
        // Publish
        new("forum.read", "Read the forum", 5, true),
        new("forum.post", "Post to the forum", 45, false, AudiencePath: "/audience", Compensation: "Delete the post and tell those who were mailed."),
        new("wiki.edit", "Edit a wiki page", 25, true, AudiencePath: "/audience", Compensation: "Restore the page's earlier version."),
        new("social.post", "Post in public", 65, false, AudiencePath: "/audience", Compensation: "Delete the post; screenshots may remain."),
        // Communicate
        new("email.read", "Read e-mail", 15, true),
        new("email.send", "Send an e-mail", 40, false, AudiencePath: "/to", Compensation: "Write to the recipients again."),
        new("chat.send", "Send a chat message", 25, true, AudiencePath: "/members", Compensation: "Delete the message."),
        new("calendar.invite", "Invite to a meeting", 20, true, AudiencePath: "/attendees", Compensation: "Cancel the meeting."),
        // Delete
        new("email.archive", "Archive e-mail", 10, true, Compensation: "Move it back to the inbox."),
        new("email.delete", "Delete e-mail", 45, false, AudiencePath: "/messages", Compensation: "Restore from the mail server's backup."),
        new("file.delete", "Delete a file", 45, false, Compensation: "Restore from backup."),
        new("database.delete", "Delete rows", 65, false, AudiencePath: "/rows", Compensation: "Restore the table to a moment before."),
        // Access control
        new("access.read", "List who has access", 10, true),
        new("access.grant", "Grant access", 60, true, AudiencePath: "/members", Compensation: "Revoke the grant and review what was read meanwhile."),
        new("access.revoke", "Revoke access", 35, true, AudiencePath: "/members", Compensation: "Grant it again."),
        // Money
        new("payment.refund", "Refund a payment", 40, false, Compensation: "Ask the customer to pay again."),
        new("payment.send", "Send money", 75, false, Compensation: "Recall the transfer with the bank, today."),
        new("invoice.create", "Write an invoice", 30, true, Compensation: "Cancel the invoice."),
        // Code and deployment
        new("code.comment", "Comment on a change", 5, true),
        new("code.merge", "Merge a change", 45, true, Compensation: "Revert the merge."),
        new("deploy.staging", "Deploy to staging", 20, true, Compensation: "Deploy the version before."),
        new("deploy.production", "Deploy to production", 65, true, Compensation: "Roll back to the version before."),
        new("command.run", "Run a command", 60, false),
        // Secrets
        new("secret.read", "Read a secret", 70, false, Compensation: "Rotate the secret."),
        new("secret.rotate", "Rotate a secret", 50, false, Compensation: "Hand the new secret to its users."),
    ]);
}
