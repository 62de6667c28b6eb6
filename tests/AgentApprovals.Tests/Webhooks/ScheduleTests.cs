using System.Net;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Webhooks;

/// <summary>When endpoints are told, with the clock in hand: what the contract's schedule says, and what comes of a receiver that is away.</summary>
public sealed class ScheduleTests : IAsyncLifetime
{
    private readonly WebhookStage _it = new();
    private Receiver _receiver = null!;
    private Run _run = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        // It has to outlive every schedule.
        var scene = await Scene.SetAsync(_it.Console, agent: new { limits = new { sessionSeconds = 1_000_000, maxSessionSeconds = 1_000_000 } });
        _run = await scene.SessionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_tried_at_the_contracts_times_then_given_up_and_people_are_told()
    {
        var webhook = await _it.RegisterAsync(_receiver.Url, "action.submitted");
        _receiver.Answer = _ => 500;
        await _run.Submitted();
        var began = _it.Clock.GetUtcNow();
        await _it.PassUntilAsync(began.AddDays(3));

        int[] waits = [0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600];
        var expected = waits.Select((_, i) => began.AddSeconds(waits.Take(i + 1).Sum())).ToList();
        Assert.Equal(expected.Select(t => t.ToUnixTimeSeconds()), _receiver.All.Select(r => r.Timestamp));
        Assert.Single(_receiver.All.Select(r => r.Id).Distinct());
        var delivery = Assert.Single(await _it.Admin.DeliveriesAsync(webhook));
        Assert.Equal(("failed", null, 8), (delivery.Text("state"), (string?)delivery["nextAttemptAt"], delivery["attempts"]!.AsArray().Count));
        Assert.All(delivery["attempts"]!.AsArray(), a => Assert.Equal(500, (int)a!["status"]!));
        Assert.Equal("webhook.failing", Assert.Single(await EntriesAsync("webhook.failing")));
        Assert.Equal(expected[^1], DateTimeOffset.Parse((await _it.Admin.Get($"webhooks/{webhook["id"]}")).Text("failingSince"), null));

        // More that is given up is no more news; an answer is.
        await _run.Submitted();
        await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddDays(3));
        _receiver.Answer = _ => 204;
        await _run.Submitted();
        await _it.SendDueAsync();
        Assert.Equal(["webhook.failing", "webhook.recovered"], await EntriesAsync("webhook."));
        Assert.Null((await _it.Admin.Get($"webhooks/{webhook["id"]}")).Is(HttpStatusCode.OK)["failingSince"]);
    }

    [Fact]
    public async Task A_receiver_that_was_away_for_three_hours_gets_everything_in_order_under_the_same_ids()
    {
        await _it.RegisterAsync(_receiver.Url, "action.submitted");
        var back = _it.Clock.GetUtcNow().AddHours(3);
        _receiver.Answer = _ => _it.Clock.GetUtcNow() < back ? 503 : 200;
        var asked = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            asked.Add((await _run.Submitted(Scene.Post(payload: new { i }))).Text("id"));
            await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddMinutes(10));
        }

        await _it.PassUntilAsync(back.AddMinutes(35));
        var taken = _receiver.All.Where(r => DateTimeOffset.FromUnixTimeSeconds(r.Timestamp) >= back).ToList();
        Assert.Equal(asked, taken.Select(r => (string)r.Json["data"]!["id"]!));
        Assert.Equal(20, taken.Select(r => r.Id).Distinct().Count());
        // Under the same ids as before: of each action there was only ever one.
        Assert.All(_receiver.All.GroupBy(r => (string)r.Json["data"]!["id"]!), g => Assert.Single(g.Select(r => r.Id).Distinct()));
        // It was tried often enough to be found back soon, and no more than its schedule and what came allowed.
        Assert.InRange(_receiver.All.Count - taken.Count, 18, 18 * 8);
        Assert.Null(await _it.NextDueAsync());
    }

    [Fact]
    public async Task Each_event_has_its_second_try_after_five_seconds_and_those_behind_it_wait_for_that()
    {
        await _it.RegisterAsync(_receiver.Url, "action.submitted");
        var began = _it.Clock.GetUtcNow();
        // Each is refused the first time it comes.
        _receiver.Answer = r => _receiver.All.Count(one => one.Id == r.Id) > 1 ? 200 : 500;
        var asked = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            asked.Add((await _run.Submitted(Scene.Post(payload: new { i }))).Text("id"));
            await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddSeconds(1));
        }

        await _it.PassUntilAsync(began.AddMinutes(2));
        Assert.Equal([asked[0], asked[0], asked[1], asked[1], asked[2], asked[2]], Told());
        Assert.Equal([0L, 5, 5, 10, 10, 15], _receiver.All.Select(r => r.Timestamp - began.ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task However_often_a_receiver_comes_and_goes_it_gets_everything_in_order()
    {
        await _it.RegisterAsync(_receiver.Url, "action.submitted");
        var random = new Random(7);
        var isAway = false;
        _receiver.Answer = _ => isAway ? 503 : 200;
        var taken = new List<string>();
        var asked = new List<string>();
        for (var i = 0; i < Soak.Times(25); i++)
        {
            isAway = random.Next(3) > 0;
            asked.Add((await _run.Submitted(Scene.Post(payload: new { i }))).Text("id"));
            await PassAsync(TimeSpan.FromSeconds(Math.Pow(10, random.NextDouble() * 3.5)));
        }

        isAway = false;
        await PassAsync(TimeSpan.FromDays(2));
        Assert.Equal(asked, taken);

        async Task PassAsync(TimeSpan time)
        {
            var seen = _receiver.All.Count;
            await _it.PassUntilAsync(_it.Clock.GetUtcNow() + time);
            if (!isAway)
                taken.AddRange(Told().Skip(seen));
        }
    }

    [Fact]
    public async Task What_alone_is_refused_again_and_again_holds_up_the_rest_for_five_minutes_and_no_longer()
    {
        var webhook = await _it.RegisterAsync(_receiver.Url, "action.submitted");
        var refused = (await _run.Submitted(Scene.Post(payload: new { odd = true }))).Text("id");
        _receiver.Answer = r => (string)r.Json["data"]!["id"]! == refused ? 500 : 200;
        await _it.SendDueAsync();
        var behind = (await _run.Submitted()).Text("id");
        await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddSeconds(304));
        Assert.DoesNotContain(behind, Told());
        await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddSeconds(2));
        Assert.Contains(behind, Told());

        // From here on others are told at once, and nobody asks with the refused one before its time.
        var tried = Told().Count(t => t == refused);
        for (var i = 0; i < 5; i++)
        {
            var next = (await _run.Submitted(Scene.Post(payload: new { i }))).Text("id");
            await _it.SendDueAsync();
            Assert.Equal(next, Told()[^1]);
        }

        Assert.Equal(tried, Told().Count(t => t == refused));
        await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddDays(3));
        Assert.Equal(["failed"], (await _it.Admin.DeliveriesAsync(webhook)).Where(d => d.Text("state") != "delivered").Select(d => d.Text("state")));
        Assert.InRange(Told().Count(t => t == refused), 8, 10);
    }

    [Fact]
    public async Task Gone_switches_an_endpoint_off_until_a_test_reaches_it()
    {
        var webhook = await _it.RegisterAsync(_receiver.Url, "action.submitted");
        _receiver.Answer = _ => 503;
        await _run.Submitted();
        await _it.SendDueAsync();
        await _run.Submitted(Scene.Post(payload: new { second = true }));
        _receiver.Answer = _ => 410;
        await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddMinutes(1));
        Assert.Equal("switchedOff", (await _it.Admin.Get($"webhooks/{webhook["id"]}")).Text("state"));
        Assert.All(await _it.Admin.DeliveriesAsync(webhook), d => Assert.Equal("failed", d.Text("state")));

        var heard = _receiver.All.Count;
        await _run.Submitted(Scene.Post(payload: new { third = true }));
        await _it.PassUntilAsync(_it.Clock.GetUtcNow().AddDays(2));
        Assert.Equal(heard, _receiver.All.Count);
        Assert.Equal(2, (await _it.Admin.DeliveriesAsync(webhook)).Count);

        _receiver.Answer = _ => 200;
        Assert.Equal("delivered", (await _it.Admin.Post($"webhooks/{webhook["id"]}/test")).Is(HttpStatusCode.OK).Text("state"));
        Assert.Equal("active", (await _it.Admin.Get($"webhooks/{webhook["id"]}")).Text("state"));
        Assert.Equal(["webhook.switched_off", "webhook.switched_on"], await EntriesAsync("webhook.switched"));
        await _run.Submitted(Scene.Post(payload: new { fourth = true }));
        await _it.SendDueAsync();
        Assert.Equal("action.submitted", _receiver.All[^1].Type);
    }

    [Fact]
    public async Task What_was_told_is_told_again_under_its_id_when_somebody_asks()
    {
        var webhook = await _it.RegisterAsync(_receiver.Url, "action.submitted");
        await _run.Submitted();
        await _it.SendDueAsync();
        var delivery = Assert.Single(await _it.Admin.DeliveriesAsync(webhook));
        Assert.Equal(_receiver.All[0].Id, delivery.Text("id"));
        var again = (await _it.Admin.Post($"webhooks/{webhook["id"]}/deliveries/{delivery["id"]}/redeliver")).Is(HttpStatusCode.OK);
        Assert.Equal(("delivered", 2), (again.Text("state"), again["attempts"]!.AsArray().Count));
        Assert.Equal([delivery.Text("id"), delivery.Text("id")], _receiver.All.Select(r => r.Id));
        Assert.Equal(_receiver.All[0].Text, _receiver.All[1].Text);

        // Refused, it is tried by the schedule, from the beginning.
        _receiver.Answer = _ => 500;
        again = (await _it.Admin.Post($"webhooks/{webhook["id"]}/deliveries/{delivery["id"]}/redeliver")).Is(HttpStatusCode.OK);
        Assert.Equal("pending", again.Text("state"));
        Assert.Equal(_it.Clock.GetUtcNow().AddSeconds(5), await _it.NextDueAsync());
        var other = await _it.RegisterAsync(_receiver.Url, "action.submitted");
        (await _it.Admin.Post($"webhooks/{other["id"]}/deliveries/{delivery["id"]}/redeliver")).IsRefused(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Both_secrets_sign_for_a_day_and_then_only_the_new_one()
    {
        var webhook = await _it.RegisterAsync(_receiver.Url, "action.submitted");
        var before = webhook.Text("secret");
        var after = (await _it.Admin.Post($"webhooks/{webhook["id"]}/rotate")).Is(HttpStatusCode.OK).Text("secret");
        Assert.NotEqual(before, after);
        foreach (var (pass, isBefore) in new[] { (0, true), (86_399, true), (1, false) })
        {
            _it.Clock.Advance(TimeSpan.FromSeconds(pass));
            await _run.Submitted(Scene.Post(payload: new { pass }));
            await _it.SendDueAsync();
            Assert.True(_receiver.All[^1].IsSignedBy(after, _it.Clock.GetUtcNow()));
            Assert.Equal(isBefore, _receiver.All[^1].IsSignedBy(before, _it.Clock.GetUtcNow()));
        }
    }

    private List<string> Told() => [.. _receiver.All.Select(r => (string)r.Json["data"]!["id"]!)];

    private async Task<IReadOnlyList<string>> EntriesAsync(string kind) =>
        [.. (await _it.Admin.Get("ledger?limit=200")).Is(HttpStatusCode.OK)["items"]!.AsArray().Select(e => e!.Text("kind"))
            .Where(k => k.StartsWith(kind, StringComparison.Ordinal) && k is not ("webhook.registered" or "webhook.test"))];
}
