using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using AgentApprovals.Tests.Drivers;
using Xunit;

namespace AgentApprovals.Tests.Nodes;

/// <summary>
/// Agents who go on asking and people who go on deciding while nodes come and go, in turn at each node; where nobody listens, or the line
/// breaks before an answer, at the other one, as a balancer would have it: with the same idempotency key.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly Pair _pair;
    private readonly Run _run;
    private readonly string _name;
    private readonly Balancer? _balancer;
    private readonly ConcurrentDictionary<(string Node, bool IsAgent), Person> _callers = new();
    private readonly ConcurrentQueue<JsonNode> _undecided = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly List<Task> _work;
    private int _asked;
    private int _torn;

    /// <param name="name">What its keys and resources begin with.</param>
    /// <param name="balancer">Null: each node is asked by its own address.</param>
    public Load(Pair pair, Run run, string name, Balancer? balancer = null)
    {
        (_pair, _run, _name, _balancer) = (pair, run, name, balancer);
        _work = [.. Enumerable.Range(0, 3).Select(SubmitAsync), DecideAsync()];
    }

    /// <summary>Answered with success: the action by its key.</summary>
    public ConcurrentDictionary<string, string> Accepted { get; } = new();

    /// <summary>Answered with success: the verdict by the action.</summary>
    public ConcurrentDictionary<string, string> Decided { get; } = new();

    /// <summary>Every other answer.</summary>
    public ConcurrentBag<Answer> Refused { get; } = [];

    /// <summary>Requests whose line broke before an answer.</summary>
    public int Torn => _torn;

    /// <summary>Until so much more was answered.</summary>
    public Task MoreAsync(int submissions)
    {
        var (accepted, decided) = (Accepted.Count + submissions, Decided.Count + (submissions / 4));
        return Eventually.IsAsync(() => Task.FromResult(_work.Exists(w => w.IsFaulted) || (Accepted.Count >= accepted && Decided.Count >= decided)), 60);
    }

    /// <summary>Everybody has had the last answer.</summary>
    public async Task EndAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_work);
    }

    /// <summary>Whatever was answered with success is there, and each key once.</summary>
    public async Task IsAllThereAsync(Node at)
    {
        var there = (await at.Admin.ActionsOf(_run)).ToDictionary(a => a.Text("id"));
        var keys = there.Values.Select(a => a.Text("resource")).ToList();
        Assert.Equal(keys.Distinct().Count(), keys.Count);
        Assert.All(Accepted, a => Assert.Equal($"wiki://{a.Key}", there[a.Value].Text("resource")));
        Assert.All(Decided, d => Assert.Equal(d.Value == "deny" ? "denied" : "released", there[d.Key].Text("status")));
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAny(Task.WhenAll(_work));
        _enough.Dispose();
    }

    private async Task SubmitAsync(int worker)
    {
        for (var number = 0; !_enough.IsCancellationRequested; number++)
        {
            var key = $"{_name}/{worker}/{number}";
            // Until it is answered with success, or nobody wants to know any more.
            while (!_enough.IsCancellationRequested)
            {
                if (await AskAsync(isAgent: true, who => who.Post("actions", Scene.Post($"wiki://{key}", new { body = key }, "wiki.edit"), key)) is not { } answer)
                    continue;
                if (answer.Status == HttpStatusCode.Created)
                {
                    Accepted[key] = answer.Text("id");
                    _undecided.Enqueue(answer.Body!);
                    break;
                }

                Refused.Add(answer);
                await Task.Delay(Breath, CancellationToken.None);
            }
        }
    }

    private async Task DecideAsync()
    {
        for (var number = 0; !_enough.IsCancellationRequested; number++)
        {
            if (!_undecided.TryDequeue(out var action))
            {
                await Task.Delay(Breath, CancellationToken.None);
                continue;
            }

            var verdict = number % 2 == 0 ? "approve" : "deny";
            // What broke off before its answer may have been done or not: nobody was told, so nothing is counted.
            var answer = await AskAsync(isAgent: false, who => verdict == "deny" ? who.Deny(action) : who.Approve(action));
            if (answer is null)
                continue;
            if (answer.Status == HttpStatusCode.OK)
                Decided[action.Text("id")] = verdict;
            else
                Refused.Add(answer);
        }
    }

    /// <summary>Null where the line broke.</summary>
    private async Task<Answer?> AskAsync(bool isAgent, Func<Person, Task<Answer>> ask)
    {
        var isA = Interlocked.Increment(ref _asked) % 2 == 0;
        var node = isA ? _pair.A : _pair.B;
        try
        {
            return await ask(_callers.GetOrAdd((node.Name, isAgent), _ => _balancer is not null
                ? _balancer.By(isA ? "a" : "b", isAgent ? _run.Opened.Text("token") : TestConsole.AdminToken)
                : isAgent ? node.As(_run) : node.Admin));
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _torn);
            await Task.Delay(Breath, CancellationToken.None);
            return null;
        }
    }
}
