namespace AgentApprovals.Client;

/// <summary>Hears what reviewers ask while an action waits, and answers with what the agent's own code says.</summary>
internal sealed class Talk(AgentSession session, Func<MessageDocument, CancellationToken, Task<string?>>? asked)
{
    private readonly HashSet<Guid> _heard = [];

    /// <summary>How long the console may hold a call, so that nobody who asks waits for much longer.</summary>
    public TimeSpan LongPoll(TimeSpan usual) => asked is not null && usual > TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(10) : usual;

    public async Task HearAsync(ActionDocument action, CancellationToken cancel)
    {
        if (asked is null || action.MessageCount <= _heard.Count)
            return;
        var cursor = default(string);
        do
        {
            var page = await session.MessagesAsync(action.Id, cursor, cancel);
            foreach (var message in page.Items.Where(m => _heard.Add(m.Id)))
            {
                if (message.By.Kind == "person" && await asked(message, cancel) is { } answer)
                    _heard.Add((await session.AnswerAsync(action.Id, answer, cancel)).Id);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }
}
