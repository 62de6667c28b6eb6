using AgentApprovals.Console.Circuits;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Gateway;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Gateway;

/// <summary>One connector: where agents find it, whether the target answers, and its rules.</summary>
public sealed partial class ConnectorPage
{
    private PersonState? _viewer;
    private ConnectorState? _connector;
    private Refusal? _refusal;
    private string? _tried;
    private bool _asksDelete;
    private bool _isBusy;
    private bool _isRead;

    [Parameter] public Guid Id { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private ConnectorActs Acts { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private bool IsAllowed => _viewer?.Has(Roles.Administrator) == true;

    private string At => $"{Navigation.BaseUri.TrimEnd('/')}/gateway/{(_connector!.Kind == ConnectorKind.Mcp ? "mcp/" : "")}{_connector.Name}/";

    protected override async Task OnParametersSetAsync()
    {
        _viewer = await Viewer.PersonAsync();
        _connector = IsAllowed ? await Acts.FindAsync(new(Id)) : null;
        _isRead = true;
    }

    /// <summary>The target is asked outside the ledger, so it is asked here whether this person still may.</summary>
    private async Task TryAsync()
    {
        if (_isBusy || (await Viewer.PersonAsync())?.Has(Roles.Administrator) != true || await Acts.FindAsync(new(Id)) is not { } connector)
            return;
        (_isBusy, _tried) = (true, null);
        try
        {
            var (status, milliseconds) = await Acts.TryAsync(connector);
            _tried = status is { } code ? T[code is >= 200 and < 300 ? "Answered" : code is 401 or 403 ? "NotLetIn" : "AnsweredElse", code, milliseconds] : T["Silent", milliseconds];
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task DeleteAsync()
    {
        _refusal = (await Viewer.CommitAsync(actor => new DeleteConnector(actor, new(Id)))).Refusal;
        if (_refusal is null)
            Navigation.NavigateTo("/connectors");
    }
}
