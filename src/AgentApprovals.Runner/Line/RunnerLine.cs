using System.Net;
using AgentApprovals.Client.Runner;
using AgentApprovals.Runner.Host;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace AgentApprovals.Runner.Line;

/// <summary>What the console's calls do.</summary>
internal interface IOrders
{
    CageReport Stop();

    CageReport Pause();

    CageReport Continue();

    /// <param name="sent">When the call was sent that the lease answers.</param>
    void Renewed(TimeSpan sent, Lease lease);

    /// <summary>The console did not let the runner in, or no longer: it is asked over another way what became of the session.</summary>
    Task RefusedAsync();
}

/// <summary>
/// The line to <c>/hubs/runner</c>, connected anew whenever it is lost: SignalR's own reconnecting neither retries the first start nor follows a connection that the
/// server ends, so the loop is here. Nothing that must happen hangs on it; the lease does that.
/// </summary>
internal sealed class RunnerLine(Uri console, string token, IOrders orders)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(2);

    private volatile HubConnection? current;
    private volatile AnswerWatch? answers;
    private TimeSpan lease = TimeSpan.FromSeconds(15);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (await HoldAsync(cancellation))
                    pause = FirstPause;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // What was on its way when the run ended is broken off by that, and is nobody's fault: the child's exit code stays.
                if (cancellation.IsCancellationRequested)
                    return;
                if (e is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } or HubException)
                    await orders.RefusedAsync();
            }

            try
            {
                await Task.Delay(pause, cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Tells the console by the line that stands now; false where none does.</summary>
    public async Task<bool> TellAsync(CageReport report)
    {
        if (current is not { } connection)
            return false;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await connection.InvokeAsync(RunnerHub.Report, report, limit.Token);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>
    /// True once the console has surely got the answer to its order to stop: it is told once more, in a call that it answers, and messages keep their order on
    /// a line. What is proved already it files no second time.
    /// </summary>
    public async Task<bool> ConfirmAsync(CageReport answered)
    {
        try
        {
            if (answers is { } sent)
                await sent.Written.WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (TimeoutException)
        {
            return false;
        }

        return await TellAsync(answered);
    }

    /// <summary>Delivers one report over a line of its own.</summary>
    /// <returns>False where the console did not take it, null where it will never: it does not know the token any more.</returns>
    public static async Task<bool?> DeliverAsync(Uri console, string token, CageReport report, CancellationToken cancellation)
    {
        await using var connection = Build(console, token, TimeSpan.FromSeconds(15));
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            await connection.StartAsync(limit.Token);
            await connection.InvokeAsync(RunnerHub.Report, report, limit.Token);
            return true;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    private async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        var watch = new AnswerWatch();
        await using var connection = Build(console, token, lease, watch);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        connection.On(RunnerHub.Stop, async () =>
        {
            answers = watch;
            var report = await Task.Run(orders.Stop);
            watch.Expect();
            return report;
        });
        connection.On(RunnerHub.Pause, () => Task.Run(orders.Pause));
        connection.On(RunnerHub.Continue, () => Task.Run(orders.Continue));

        using var start = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        start.CancelAfter(lease / 2);
        await connection.StartAsync(start.Token);
        try
        {
            current = connection;
            while (!cancellation.IsCancellationRequested && !closed.Task.IsCompleted)
            {
                var sent = Linux.BootTime();
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(lease / 3);
                var answer = await connection.InvokeAsync<Lease>(RunnerHub.Renew, limit.Token);
                lease = TimeSpan.FromSeconds(answer.LeaseSeconds);
                orders.Renewed(sent, answer);

                var wait = sent + (lease / 3) - Linux.BootTime();
                if (wait > TimeSpan.Zero)
                    await Task.WhenAny(closed.Task, Task.Delay(wait, cancellation));
            }

            return true;
        }
        finally
        {
            current = null;
        }
    }

    private static HubConnection Build(Uri console, string token, TimeSpan lease, AnswerWatch? watch = null)
    {
        var builder = new HubConnectionBuilder()
            .WithUrl(new Uri(console, RunnerHub.Path.TrimStart('/')), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token));
        builder.Services.AddSingleton<IHubProtocol>(watch ?? new AnswerWatch());
        var connection = builder.Build();
        // A line that is dead without a sign must be given up while there is time to make another within the lease. The answers to renewals, three a lease, keep
        // a living one from looking dead, however seldom the console pings.
        connection.KeepAliveInterval = TimeSpan.FromSeconds(1);
        connection.ServerTimeout = lease * 2 / 3 > TimeSpan.FromSeconds(4) ? lease * 2 / 3 : TimeSpan.FromSeconds(4);
        return connection;
    }
}
