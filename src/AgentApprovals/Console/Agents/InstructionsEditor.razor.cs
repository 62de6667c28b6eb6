using System.Text.Json.Nodes;
using AgentApprovals.Console.Circuits;
using AgentApprovals.Console.Shared;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Console.Agents;

/// <summary>One text of standing instructions and its editor, which writes over the version that was read and no other.</summary>
public sealed partial class InstructionsEditor
{
    private string? _draft;
    private string _base = "";
    private int _version;
    private Refusal? _refusal;
    private bool _isSaved;
    private bool _isSending;

    [Parameter, EditorRequired] public string Title { get; set; } = "";

    [Parameter, EditorRequired] public string Hint { get; set; } = "";

    /// <summary>Null: the instructions for all agents.</summary>
    [Parameter, EditorRequired] public AgentId? Agent { get; set; }

    /// <summary>Null while none were ever written.</summary>
    [Parameter, EditorRequired] public (int Version, string Text)? Current { get; set; }

    [Parameter, EditorRequired] public bool MaySetUp { get; set; }

    [Parameter, EditorRequired] public PersonState Person { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private int CurrentVersion => Current?.Version ?? 0;

    private bool IsStale => _draft is not null && !_isSending && _version != CurrentVersion;

    private void Edit()
    {
        (_draft, _isSaved) = (Current?.Text ?? "", false);
        Rebase();
    }

    private void Rebase() => (_base, _version, _refusal) = (Current?.Text ?? "", CurrentVersion, null);

    private void Close() => (_draft, _refusal) = (null, null);

    private async Task SaveAsync()
    {
        if (_isSending || _draft is not { } text)
            return;
        _isSending = true;
        try
        {
            var read = FormBody.Read(new JsonObject { ["text"] = text, ["version"] = _version }, body => AgentReader.Instructions(new PersonActor(Person.Id), Agent, body));
            var saved = read.Refusal is { } fault ? fault : await Viewer.CommitAsync(actor => read.Value! with { Actor = actor });
            _refusal = saved.Refusal;
            if (saved.Refusal is not null)
                return;
            Current = (_version + 1, text);
            Close();
            _isSaved = true;
        }
        finally
        {
            _isSending = false;
        }
    }
}
