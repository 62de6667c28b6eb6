using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Threading.Channels;
using AgentApprovals.Domain.Gateway;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using AgentApprovals.Gateway;
using AgentApprovals.Security;

namespace AgentApprovals.Demo;

/// <summary>
/// Puts the demo's forum behind the gateway, as anybody would a target: a connector with its key, and an account of its own by which it reports
/// what it sees. The reports go over the public API, like those of any target system.
/// </summary>
public sealed partial class DemoForum(Data.Ledger.Ledger ledger, Roster roster, ConnectorActs acts, ConnectorBook book, TimeProvider time, ILogger<DemoForum> log) : IAsyncDisposable
{
    public const string Connector = "forum";

    private const string Account = "forum@example.com";
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Channel<ForumPost> _unreported = Channel.CreateUnbounded<ForumPost>(new() { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private ForumServer? _server;
    private Task _reporting = Task.CompletedTask;

    /// <summary>What was posted, the first first.</summary>
    public IReadOnlyList<ForumPost> Posts => _server?.Posts ?? [];

    /// <summary>Starts it where it does not run yet, and sees to it that the connector leads there.</summary>
    /// <param name="console">Where the console takes reports.</param>
    public async Task<Result<ForumServer>> OpenAsync(PersonActor by, Uri console)
    {
        _server ??= await ForumServer.StartAsync(time, post => _unreported.Writer.TryWrite(post));
        if (await ConnectAsync(by, _server) is { } refused)
            return refused;
        if (_reporting == Task.CompletedTask)
        {
            var token = await AccountAsync(by);
            if (token.Refusal is { } refusal)
                return refusal;
            _reporting = ReportAsync(console, token.Value!);
        }

        return _server;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reporting;
        if (_server is not null)
            await _server.DisposeAsync();
        _end.Dispose();
    }

    /// <summary>A forum of somebody's own that goes by the same name is left as it is.</summary>
    private async Task<Refusal?> ConnectAsync(PersonActor by, ForumServer server)
    {
        var input = new ConnectorInput(Connector, ConnectorKind.Http, server.Address, CredentialPlacement.Header, ForumServer.KeyHeader, server.ConsolesKey, 0, Rules, null);
        return await book.FindAsync(Connector) switch
        {
            null => (await ledger.CommitAsync(acts.Create(by, input))).Refusal,
            { CredentialName: not ForumServer.KeyHeader } => Refusals.NameTaken("There is a connector named forum that is not the demo's."),
            { } known when known.BaseAddress == server.Address => null,
            { } known => (await ledger.CommitAsync(acts.Replace(by, known.Id, input))).Refusal,
        };
    }

    private async Task<Result<string>> AccountAsync(PersonActor by)
    {
        if (roster.PersonByEmail(Account) is not { } account)
        {
            var added = await ledger.CommitAsync(new AddPerson(by, Account, "Engineering forum", Roles.Verifier, [], null));
            if (added.Refusal is { } refusal)
                return refusal;
            account = added.Value!.Person;
        }

        var token = Token.New(Token.Person);
        return (await ledger.CommitAsync(new MakePersonToken(by, account.Id, "Reports", MayDecide.None, SecretHash.Of(token)))).Refusal is { } refused ? refused : token;
    }

    /// <summary>Reports each post, as often as it takes while the console is busy or away.</summary>
    private async Task ReportAsync(Uri console, string token)
    {
        using var http = new HttpClient { BaseAddress = console };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            await foreach (var post in _unreported.Reader.ReadAllAsync(_end.Token))
            {
                var report = new Report(Incident.A.Agent, "forum.post", $"forum://engineering/threads/{post.Thread}", post.Id, post.At);
                while (!await ReportAsync(http, report))
                    await Task.Delay(Again, time, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The console ends.
        }
    }

    /// <summary>Whether it was answered for good.</summary>
    private async Task<bool> ReportAsync(HttpClient http, Report report)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync("/api/v1/observations", report, _end.Token);
            if (!answer.IsSuccessStatusCode)
                Log.NotTaken(log, report.ExternalId, (int)answer.StatusCode);
            return answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static IReadOnlyList<ConnectorRule> Rules { get; } =
    [
        new(["GET"], "/engineering/threads/*", Pass: false, "forum.read", "forum://engineering/threads/{1}"),
        new(["POST"], "/engineering/threads/*/posts", Pass: false, "forum.post", "forum://engineering/threads/{1}"),
    ];

    private sealed record Report(string Agent, string Type, string Resource, string ExternalId, DateTimeOffset ObservedAt);

    private static partial class Log
    {
        [LoggerMessage(1705, LogLevel.Warning, "The console did not take the demo forum's report of {Post}: {Status}")]
        public static partial void NotTaken(ILogger logger, string post, int status);
    }
}
