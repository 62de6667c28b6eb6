using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Inbox;
using AgentApprovals.Console.Shared;
using AgentApprovals.Data.Queries;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Domain.Sessions;
using AgentApprovals.People;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.People;

/// <summary>One person: what they may do, how they come in, and taking all of it away.</summary>
public sealed partial class PersonPanel : IDisposable
{
    private const int MostCounted = 200;

    private PersonInput _input = new();
    private PersonInput _before = new();
    private PersonState? _shown;
    private IDisposable? _board;
    private Refusal? _refusal;
    private string? _linkRefused;
    private string? _activeRefused;
    private string? _secret;
    private int _sessions;
    private bool _isSending;
    private bool _isSaved;
    private bool _isAsking;

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    /// <summary>The set-up link that was just made with them; shown once.</summary>
    [Parameter] public string? Link { get; set; }

    [Parameter] public bool IsSelf { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private Board Board { get; set; } = null!;

    [Inject] private Reader Reader { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private bool IsChanged => _input.ToPatch(_before).Count > 0;

    /// <summary>Their approvals of what is not released yet: those that deactivating takes back.</summary>
    private int Approvals => Board.Waiting.Count(v => v.Action.Status is ActionStatus.Pending or ActionStatus.Approved && v.Action.Approvals.Any(a => a.Person == Person.Id));

    public void Dispose() => _board?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            _board = await Board.WatchAsync(_ => InvokeAsync(StateHasChanged));
        await CountAsync();
    }

    protected override void OnParametersSet()
    {
        // What is being typed stays, whoever changes them meanwhile.
        if (ReferenceEquals(_shown, Person) || (_shown is not null && IsChanged))
            return;
        _shown = Person;
        (_input, _before) = (PersonInput.Of(Person), PersonInput.Of(Person));
    }

    private async Task SaveAsync()
    {
        var read = FormBody.Read(_input.ToPatch(_before), body => PersonReader.Change(body, Person.Id));
        _refusal = read.Refusal ?? (await SendAsync(read.Value!)).Refusal;
        _isSaved = _refusal is null;
        if (_isSaved)
            (_input, _before) = (PersonInput.Of(Person), PersonInput.Of(Person));
    }

    private async Task SetActiveAsync(bool active)
    {
        _activeRefused = (await SendAsync(actor => new ChangePerson(actor, Person.Id, null, null, null, null, active))).Refusal is { } refusal
            ? refusal.Errors?.Values.FirstOrDefault()?.FirstOrDefault() ?? refusal.Detail
            : null;
        _isAsking = false;
    }

    private async Task MakeLinkAsync()
    {
        var secret = Token.New(Token.Setup);
        var made = await SendAsync(actor => new MakeSetupLink(actor, Person.Id, SecretHash.Of(secret)));
        _linkRefused = made.Refusal?.Detail;
        if (made.Refusal is null)
            _secret = PersonReader.SetupUrl(Navigation.BaseUri, secret);
    }

    private async Task AskAsync()
    {
        await CountAsync();
        _isAsking = true;
    }

    private async Task CountAsync() => _sessions = (await Reader.SessionsAsync(
        new(new HashSet<SessionStatus> { SessionStatus.Active }, IsVisible: v => Email.Same(v.Session.OnBehalfOf, Person.Email)), null, MostCounted)).Items.Count;

    private async Task<Result<T>> SendAsync<T>(Func<Actor, Command<T>> command)
    {
        _isSending = true;
        try
        {
            var result = await Viewer.CommitAsync(command);
            if (result.Value is PersonState changed)
                Person = changed;
            return result;
        }
        finally
        {
            _isSending = false;
        }
    }
}
