using System.Text.Json.Nodes;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;

namespace AgentApprovals.Domain.Webhooks;

/// <summary>A new endpoint. The secret was made by the caller, who shows it once; here it comes encrypted.</summary>
/// <param name="CutOff">The name by which receipts know it, where it takes something away at each stop; unique.</param>
public sealed record RegisterWebhook(Actor Actor, string Url, IReadOnlyList<string> Events, AgentId? Agent, ReadOnlyMemory<byte> EncryptedSecret, string? CutOff = null) : Command<WebhookState>
{
    public override void Need(Needs needs)
    {
        needs.NeedPerson(Actor);
        if (Agent is { } agent)
            needs.Agents.Add(agent.Value);
    }

    public override Result<WebhookState> Decide(World world)
    {
        var caller = Caller.Of(world, Actor, Roles.Administrator);
        if (caller.Refusal is { } refusal)
            return refusal;
        if (Agent is { } agent && world.Agents.Find(agent.Value) is null)
            return Refusals.Invalid("agentId", "There is no such agent.");
        if (CutOff is not null && world.Webhooks.All.Any(w => w.CutOff == CutOff && w.Status != WebhookStatus.Deleted))
            return Refusals.NameTaken($"There is a cut-off endpoint named {CutOff} already.");
        var by = caller.Value!;
        var webhook = world.Append(world.Webhooks, Kinds.WebhookRegistered, by.Stamp, default, new WebhookState
        {
            Id = new(world.NewId()),
            Url = Url,
            Events = Events,
            Agent = Agent,
            CutOff = CutOff,
            MadeBy = by.Person.Id,
            MadeByName = by.Person.DisplayName,
            CreatedAt = world.Now,
        });
        world.Attach(ContentPart.WebhookSecret, EncryptedSecret);
        return webhook;
    }
}

/// <summary>Nothing is told to it any more, and what waits for it is let go.</summary>
public sealed record DeleteWebhook(Actor Actor, WebhookId Id) : Command<Done>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<Done> Decide(World world)
    {
        var found = WebhookSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, webhook) = found.Value;
        world.Append(world.Webhooks, Kinds.WebhookDeleted, by.Stamp, default, webhook with { Status = WebhookStatus.Deleted, EndedAt = world.Now });
        return default(Done);
    }
}

/// <summary>Another secret; for a day the earlier one signs as well, so that receivers can change over without losing anything.</summary>
public sealed record RotateWebhookSecret(Actor Actor, WebhookId Id, ReadOnlyMemory<byte> EncryptedSecret) : Command<WebhookState>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<WebhookState> Decide(World world)
    {
        var found = WebhookSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var (by, webhook) = found.Value;
        var rotated = world.Append(world.Webhooks, Kinds.WebhookSecretRotated, by.Stamp, default, webhook with
        {
            SecretSequence = world.NextSequence,
            EarlierSecretSequence = webhook.SecretsAt(world.Now)[0],
            EarlierSecretUntil = world.Now.PlusSeconds(WebhookState.OverlapSeconds),
        });
        world.Attach(ContentPart.WebhookSecret, EncryptedSecret);
        return rotated;
    }
}

/// <summary>Has an endpoint told something, to see whether it hears; answers the sequence of what it is told.</summary>
public sealed record TestWebhook(Actor Actor, WebhookId Id) : Command<long>
{
    public override void Need(Needs needs) => needs.NeedPerson(Actor);

    public override Result<long> Decide(World world)
    {
        var found = WebhookSetup.Find(world, Actor, Id);
        if (found.Refusal is { } refusal)
            return refusal;
        var sequence = world.NextSequence;
        world.Append(Kinds.WebhookTest, found.Value.By.Stamp, default, new JsonObject { ["webhookId"] = Id.ToString() });
        return sequence;
    }
}

/// <summary>Writes down what an endpoint's answers have come to: switched off by 410, given up, or answering again.</summary>
public sealed record NoteWebhook(WebhookId Id, bool IsGone, bool IsGivenUp, bool IsAnswering) : Command<Done>, ICommand
{
    public bool IsHousekeeping => true;

    public override void Need(Needs needs)
    {
    }

    public override Result<Done> Decide(World world)
    {
        if (world.Webhooks.Find(Id.Value) is not { Status: not WebhookStatus.Deleted } webhook)
            return default(Done);
        if (IsGone && webhook.Status == WebhookStatus.Active)
            webhook = Note(Kinds.WebhookSwitchedOff, webhook with { Status = WebhookStatus.SwitchedOff, EndedAt = world.Now });
        if (IsGivenUp && webhook.FailingSince is null)
            webhook = Note(Kinds.WebhookFailing, webhook with { FailingSince = world.Now });
        if (IsAnswering && webhook.FailingSince is not null)
            webhook = Note(Kinds.WebhookRecovered, webhook with { FailingSince = null });
        if (IsAnswering && webhook.Status == WebhookStatus.SwitchedOff)
            Note(Kinds.WebhookSwitchedOn, webhook with { Status = WebhookStatus.Active, EndedAt = null });
        return default(Done);

        WebhookState Note(string kind, WebhookState after) => world.Append(world.Webhooks, kind, ActorStamp.System("webhooks"), default, after);
    }
}

internal static class WebhookSetup
{
    /// <summary>The administrator behind an actor, and an endpoint that is not deleted.</summary>
    public static Result<(Caller By, WebhookState Webhook)> Find(World world, Actor actor, WebhookId id)
    {
        var caller = Caller.Of(world, actor);
        if (caller.Refusal is { } refusal)
            return refusal;
        // Only administrators may know of endpoints, but that there are such routes is no secret: the role is asked for first.
        if (!caller.Value!.Has(Roles.Administrator))
            return Refusals.Forbidden("This takes the role Administrator.");
        return world.Webhooks.Find(id.Value) is { Status: not WebhookStatus.Deleted } webhook ? (caller.Value!, webhook) : Refusals.NotFound;
    }
}
