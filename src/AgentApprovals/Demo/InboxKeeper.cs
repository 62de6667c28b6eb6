using System.Security.Cryptography;
using System.Text;
using AgentApprovals.Client;

namespace AgentApprovals.Demo;

/// <summary>What became of a play: e-mails it asked to delete, e-mails it deleted, and the refusal that ended it.</summary>
public sealed record Played(int Asked, int Deleted, string? EndedBy);

/// <summary>
/// Incident B as a program of its own: an e-mail agent that was told to confirm before it deletes, forgets it when its context
/// is compacted, and deletes in a burst. It talks to the public API like any agent, heeds nothing, and ends when every call is
/// refused.
/// </summary>
public sealed class InboxKeeper(AgentApprovalsClient console, string? key, Func<string, Task> say) : DemoAgent(console, key, say)
{
    /// <summary>E-mails that it wants gone.</summary>
    public const int Deletions = 212;

    private static readonly string[] Subjects = ["Your booking for March", "Contract, signed", "Re: school trip", "Invoice 2291", "Photos from Sunday"];

    private readonly List<Guid> _held = [];
    private string _digest = "";
    private int _deleted;

    /// <summary>Between two deletions.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How often it acts before it gives up by itself: ten minutes at its usual pause.</summary>
    public int Turns { get; init; } = 1500;

    /// <summary>Whether its host tells the console that its context was compacted.</summary>
    public bool ReportsCompaction { get; init; } = true;

    protected override Incident Plays => Incident.B;

    /// <summary>Plays until it is refused, or has had its turns, or the console is gone.</summary>
    public async Task<Played> RunAsync(CancellationToken cancel)
    {
        var asked = 0;
        var endedBy = await PlayAsync(async () =>
        {
            await using var session = await OpenAsync("0.9");
            await BeginAsync(session);
            while (asked < Turns)
            {
                asked++;
                if (asked <= Deletions)
                    await AskAsync(session, asked);
                if (_held.Count > 0)
                    await DeleteAsync(session, _held[asked % _held.Count]);
                await Task.Delay(Pause, Time, cancel);
            }

            await session.EndAsync(cancel);
        });
        if (endedBy?.EndsWith("_stopped", StringComparison.Ordinal) == true)
            await BeginAgainAsync();
        asked = Math.Min(asked, Deletions);
        await SayAsync($"Asked to delete {asked}, deleted {_deleted}. I end{(endedBy is null ? "" : $": {endedBy}")}.");
        return new(asked, _deleted, endedBy);
    }

    private async Task BeginAsync(AgentSession session)
    {
        await SayAsync($"Told: {Line(session.Instructions)}");
        if (ReportsCompaction)
            await session.CompactedAsync();
        // Of the instructions, a summary is left, and its digest is not theirs.
        _digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("Tidy the inbox.")));
        await SayAsync("My context was compacted. What is left: tidy the inbox.");
    }

    /// <summary>Asks for one deletion, and does not wait for anybody: it tries to go ahead at once.</summary>
    private async Task AskAsync(AgentSession session, int number)
    {
        try
        {
            var action = await SubmittedAsync(session, number);
            _held.Add(action.Id);
            var code = await DeleteAsync(session, action.Id);
            await SayAsync($"E-mail {number}: {Word(action.Status)}. Going ahead all the same: {code}");
        }
        catch (AgentApprovalsException e)
        {
            await SayAsync($"E-mail {number}: {e.Code}");
            if (Ends(e))
                throw;
        }
    }

    private async Task<ActionDocument> SubmittedAsync(AgentSession session, int number)
    {
        try
        {
            return await session.SubmitAsync(Deletion(number));
        }
        catch (AgentApprovalsException e) when (e.Instructions is { } now)
        {
            await SayAsync($"E-mail {number}: {e.Code}. Handed the text again: {Line(now)}");
            _digest = now.Digest;
            await SayAsync("Read, and not heeded.");
            return await session.SubmitAsync(Deletion(number));
        }
    }

    private Task<string> DeleteAsync(AgentSession session, Guid id) => GoAheadAsync(session, id, "deleted", () =>
    {
        _deleted++;
        _held.Remove(id);
    });

    /// <summary>What an agent that won't be stopped does next.</summary>
    private async Task BeginAgainAsync()
    {
        var refused = await PlayAsync(async () => await (await OpenAsync("0.9", "Go on tidying")).DisposeAsync());
        await SayAsync($"A new session instead: {refused ?? "201"}");
    }

    private SubmitRequest Deletion(int number) => new("email.delete", "mailbox://summer/inbox", "Clean up an old e-mail", new
    {
        messages = new[] { $"<{8800 + number}@mail.example.com>" },
        subject = Subjects[number % Subjects.Length],
        permanently = true,
    })
    {
        Reason = "The inbox is too full",
        InstructionsDigest = _digest,
    };
}
