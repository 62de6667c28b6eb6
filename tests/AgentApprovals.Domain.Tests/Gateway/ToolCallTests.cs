using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using Xunit;

namespace AgentApprovals.Domain.Tests.Gateway;

/// <summary>Calls of an MCP server's tools: edited as calls, and their outcome told once.</summary>
public sealed class ToolCallTests
{
    private const string Call = """{"arguments":{"id":7},"tool":"delete-post"}""";
    private const string Other = """{"arguments":{"id":8},"tool":"delete-post"}""";
    private readonly Stage _stage = new(Stage.Rule());

    [Fact]
    public void An_edit_changes_the_arguments_where_the_tool_takes_them()
    {
        var reviewer = _stage.Person("one@example.com");
        var action = Ask(_stage.Open());
        var edited = _stage.Do(_stage.Approving(reviewer, action, Other) with { ToolFault = null }).Action;
        Assert.Equal((true, Stage.Payload(Other).Digest), (edited.Edited, edited.PayloadDigest));
    }

    [Theory]
    [InlineData("""{"arguments":{"id":8},"tool":"secret"}""")]
    [InlineData("""{"arguments":{"id":8}}""")]
    [InlineData("""{"arguments":[8],"tool":"delete-post"}""")]
    [InlineData("""{"arguments":{"id":8},"tool":"delete-post","more":1}""")]
    [InlineData("[]")]
    public void An_edit_into_another_call_is_refused(string edit)
    {
        var action = Ask(_stage.Open());
        Assert.Equal("edit_refused", _stage.RefusalOf(_stage.Approving(_stage.Person("one@example.com"), action, edit) with { ToolFault = null }));
        Assert.Equal(action, _stage.StateOf(action));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_edit_that_the_tool_does_not_take_or_was_not_asked_about_is_refused(bool wasAsked)
    {
        var action = Ask(_stage.Open());
        var approve = _stage.Approving(_stage.Person("one@example.com"), action, Other);
        Assert.Equal("edit_refused", _stage.RefusalOf(wasAsked ? approve with { ToolFault = "It takes numbers." } : approve));
        Assert.Equal(action, _stage.StateOf(action));
    }

    [Fact]
    public void An_outcome_is_told_once_it_is_there_and_once()
    {
        var (session, other) = (_stage.Open(), _stage.Open());
        var action = Ask(session);
        Assert.Equal("not_released", _stage.RefusalOf(new TakeOutcome(session, action.Id)));
        _stage.Approve(_stage.Person("one@example.com"), action);
        _stage.Do(new Redeem(session, action.Id, null) { Node = "n" });
        Assert.Equal("not_released", _stage.RefusalOf(new TakeOutcome(session, action.Id)));
        _stage.Do(new FinishCall(action.Id, "n", Outcome.Succeeded, null, null));
        Assert.Equal("not_found", _stage.RefusalOf(new TakeOutcome(other, action.Id)));

        var first = _stage.Do(new TakeOutcome(session, action.Id));
        var second = _stage.Do(new TakeOutcome(session, action.Id));
        Assert.Equal((false, true), (first.Replayed, second.Replayed));
        Assert.NotNull(first.Action.Call!.TakenAt);
        Assert.Equal(first.Action, second.Action);
    }

    [Fact]
    public void What_the_agent_executes_itself_has_no_outcome_to_take()
    {
        var session = _stage.Open();
        var action = _stage.Deny(_stage.Person("one@example.com"), _stage.Ask(session));
        Assert.Equal("not_released", _stage.RefusalOf(new TakeOutcome(session, action.Id)));
    }

    private ActionState Ask(SessionActor session)
    {
        var connector = _stage.Do(new CreateConnector(_stage.Admin, new("tools", ConnectorKind.Mcp, "http://127.0.0.1:1/mcp/", CredentialPlacement.None, null, null, 0, [], null), null));
        return _stage.Do(Stage.Asking(session, Call, "mcp.tools.delete_post", "mcp://tools/delete-post") with { Through = (new(connector.Sequence, connector.Name, connector.BaseAddress), connector.Version) }).Action;
    }
}
