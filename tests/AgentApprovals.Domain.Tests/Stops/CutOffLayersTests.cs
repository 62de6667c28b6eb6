using AgentApprovals.Domain.Stops;
using AgentApprovals.Domain.Webhooks;
using Xunit;

namespace AgentApprovals.Domain.Tests.Stops;

/// <summary>What stands outside is a layer of every stop that it is to carry out, and is confirmed by its 2xx alone.</summary>
public sealed class CutOffLayersTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void Every_stop_that_an_endpoint_is_to_carry_out_waits_for_it_from_its_first_moment_on()
    {
        var other = _stage.Register("other");
        Register("identity-provider");
        Register("cloud", other.Id);
        // One that is only told of events takes nothing away.
        _stage.Do(new RegisterWebhook(_stage.Admin, "https://hooks.example.com/", ["agent.stopped"], null, new byte[] { 1 }));
        var session = _stage.Open();
        Assert.Equal(["webhook:identity-provider"], Outside(_stage.Stop(_stage.Admin, session)));
        Assert.Equal(["webhook:identity-provider"], Outside(Order(StopScope.Agent, _stage.Agent.Id.Value)));
        Assert.Equal(["webhook:cloud", "webhook:identity-provider"], Outside(Order(StopScope.Agent, other.Id.Value)));
        var everything = Order(StopScope.Everything, null);
        Assert.Equal(["webhook:cloud", "webhook:identity-provider"], Outside(everything));
        Assert.All(everything.Layers.Where(CutOffLayers.Is), l => Assert.Equal((LayerState.Waiting, null), (l.State, l.AfterMs)));

        // The order is what everything else waits for as well: amber until it has answered.
        Assert.Null((everything with { Layers = [.. everything.Layers.Select(l => CutOffLayers.Is(l) ? l : l with { State = LayerState.Confirmed, AfterMs = 3 })] }).ContainedAfter);
    }

    [Fact]
    public void What_is_switched_off_is_shown_as_not_done_and_what_is_deleted_is_no_layer()
    {
        var gone = Register("gone");
        var deleted = Register("deleted");
        _stage.Do(new NoteWebhook(gone.Id, IsGone: true, IsGivenUp: false, IsAnswering: false));
        _stage.Do(new DeleteWebhook(_stage.Admin, deleted.Id));
        var layer = Assert.Single(_stage.Stop(_stage.Admin, _stage.Open()).Layers, CutOffLayers.Is);
        Assert.Equal(("webhook:gone", LayerState.Failed), (layer.Layer, layer.State));
    }

    [Fact]
    public void A_name_is_one_endpoints_alone_until_it_is_deleted()
    {
        var first = Register("identity-provider");
        Assert.Equal("name_taken", _stage.RefusalOf(Registering("identity-provider")));
        _stage.Do(new DeleteWebhook(_stage.Admin, first.Id));
        Assert.Equal("identity-provider", Register("identity-provider").CutOff);
    }

    [Theory]
    [InlineData(200, LayerState.Confirmed, "answered 200")]
    [InlineData(204, LayerState.Confirmed, "answered 204")]
    [InlineData(302, LayerState.Waiting, "answered 302; told again at 2026-11-23T02:10:05.000Z")]
    [InlineData(404, LayerState.Waiting, "answered 404; told again at 2026-11-23T02:10:05.000Z")]
    [InlineData(503, LayerState.Waiting, "answered 503; told again at 2026-11-23T02:10:05.000Z")]
    [InlineData(410, LayerState.Failed, "answered 410: the endpoint is switched off")]
    [InlineData(null, LayerState.Waiting, "the connection was refused; told again at 2026-11-23T02:10:05.000Z")]
    public void Nothing_but_a_2xx_confirms(int? status, LayerState state, string detail)
    {
        var told = Begun().After(new(Now, status, 12, status is null ? "the connection was refused" : null), Now);
        Assert.Equal(new StopLayer("webhook:idp", state, state == LayerState.Confirmed ? 41 : null, detail), CutOffLayers.Of(Endpoint(), told, 41));
    }

    [Fact]
    public void Given_up_it_has_failed_and_an_answer_to_a_later_try_says_which_it_was()
    {
        var told = Begun();
        for (var tries = 1; tries < RetrySchedule.MostTries; tries++)
        {
            told = told.After(new(Now, 503, 12, null), told.DueAt!.Value);
            Assert.Equal(LayerState.Waiting, CutOffLayers.Of(Endpoint(), told, 41).State);
        }

        var last = told.DueAt!.Value;
        Assert.Equal((LayerState.Failed, "answered 500; given up after 8 tries"), Layer(Endpoint(), told.After(new(last, 500, 12, null), last)));
        Assert.Equal((LayerState.Confirmed, "answered 200 at try 8"), Layer(Endpoint(), told.After(new(last, 200, 12, null), last)));
        var left = told with { State = DeliveryState.Failed, DueAt = null };
        Assert.Equal((LayerState.Failed, "the endpoint was switched off before it confirmed"), Layer(Endpoint() with { Status = WebhookStatus.SwitchedOff }, left));
        Assert.Equal((LayerState.Failed, "the endpoint was deleted before it confirmed"), Layer(Endpoint() with { Status = WebhookStatus.Deleted }, left));
    }

    private static Moment Now => Moment.From(new(2026, 11, 23, 2, 10, 0, TimeSpan.Zero));

    private static (LayerState State, string Detail) Layer(WebhookState webhook, DeliveryRow told) => (CutOffLayers.Of(webhook, told, 41).State, CutOffLayers.Of(webhook, told, 41).Detail);

    private static DeliveryRow Begun() => new() { WebhookSequence = 3, EntrySequence = 9, Id = Guid.Empty, Event = "stop.ordered", At = Now, DueAt = Now };

    private static WebhookState Endpoint() => new()
    {
        Sequence = 3,
        Id = new(Guid.Empty),
        Url = "https://idp.example.com/revoke",
        Events = [],
        CutOff = "idp",
        MadeBy = new(Guid.Empty),
        MadeByName = "Root",
        CreatedAt = Now,
    };

    private WebhookState Register(string cutOff, AgentId? agent = null) => _stage.Do(Registering(cutOff, agent));

    private RegisterWebhook Registering(string cutOff, AgentId? agent = null) => new(_stage.Admin, "https://idp.example.com/revoke", [], agent, new byte[] { 1 }, cutOff);

    private StopState Order(StopScope scope, Guid? target) => _stage.Do(new OrderStop(_stage.Admin, scope, target, null));

    private static IEnumerable<string> Outside(StopState stop) => stop.Layers.Where(CutOffLayers.Is).Select(l => l.Layer);
}
