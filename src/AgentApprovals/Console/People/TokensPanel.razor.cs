using System.Text.Json;
using System.Text.Json.Nodes;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.People;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace AgentApprovals.Console.People;

/// <summary>A person's tokens for scripts: which there are, a new one that is shown once, and taking one away.</summary>
public sealed partial class TokensPanel
{
    private IReadOnlyList<CredentialState> _tokens = [];
    private CredentialId? _deleting;
    private Refusal? _refusal;
    private string? _secret;
    private string? _name;
    private MayDecide _mayDecide = MayDecide.High;

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    protected override async Task OnParametersSetAsync() => await ReadAsync();

    private async Task ReadAsync()
    {
        var holder = Person.Sequence;
        _tokens = await Reader.LookAsync(db => db.Credentials
            .Where(c => c.HolderSequence == holder && c.Kind == CredentialKind.PersonToken && c.EndsAt == null).OrderBy(c => c.Sequence).ToListAsync());
    }

    private async Task MakeAsync()
    {
        var token = Token.New(Token.Person);
        var body = new JsonObject { ["name"] = _name?.Trim(), ["mayDecide"] = JsonNamingPolicy.CamelCase.ConvertName(_mayDecide.ToString()) };
        var read = FormBody.Read(body, fields => PersonReader.Token(fields, Person.Id, SecretHash.Of(token)));
        _refusal = read.Refusal ?? (await Viewer.CommitAsync(read.Value!)).Refusal;
        if (_refusal is not null)
            return;
        (_secret, _name) = (token, null);
        await ReadAsync();
    }

    private async Task DeleteAsync(CredentialState token)
    {
        _refusal = (await Viewer.CommitAsync(actor => new DeletePersonToken(actor, Person.Id, token.Id))).Refusal;
        _deleting = null;
        await ReadAsync();
    }
}
