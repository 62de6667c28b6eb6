using System.Globalization;
using System.Text.Json;

namespace AgentApprovals.Client;

/// <summary>What a request that says it is a webhook is.</summary>
public enum WebhookVerdict
{
    /// <summary>It is from the console, of this time, and new.</summary>
    Good,

    /// <summary>It was taken before: to be answered as well as the first time, and not acted on again.</summary>
    Repeated,

    /// <summary>Not signed with a known secret, changed on the way, more than five minutes from now, or no event at all: not to be acted on.</summary>
    Refused,
}

/// <summary>
/// Checks what the console sends, by Standard Webhooks 1.0: signed with one of the secrets, at most 300 s from now, each id once. Safe for
/// use by many threads. Ids are remembered in this process only, for as long as the console tries again.
/// </summary>
/// <param name="secrets"><c>whsec_…</c>: the present one, and while it is changed for another, both.</param>
/// <param name="time">Null: the machine's.</param>
/// <exception cref="FormatException">A secret is none.</exception>
public sealed class WebhookVerifier(IEnumerable<string> secrets, TimeProvider? time = null)
{
    // The console's own schedule ends after 31 h 35 min.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(36);

    private readonly string[] _secrets = [.. secrets.Select(Checked)];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, DateTimeOffset> _taken = [];
    private readonly Queue<(string Id, DateTimeOffset At)> _order = [];

    /// <summary>Checks one request.</summary>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>.</param>
    /// <param name="signature">The header <c>webhook-signature</c>.</param>
    /// <param name="body">The very bytes of the body.</param>
    /// <param name="told">The event; null where it is refused.</param>
    public WebhookVerdict Check(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, out EventDocument? told)
    {
        told = null;
        var now = _time.GetUtcNow();
        if (string.IsNullOrEmpty(id) || signature is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return WebhookVerdict.Refused;
        var isSigned = false;
        foreach (var secret in _secrets)
            isSigned |= WebhookSignature.Verify(secret, id, seconds, signature, body, now);
        if (!isSigned || Read(body) is not { } read)
            return WebhookVerdict.Refused;
        told = read;
        return IsNew(id, now) ? WebhookVerdict.Good : WebhookVerdict.Repeated;
    }

    /// <summary>What was good could not be dealt with: the console's next attempt is to be good again.</summary>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    public void Forget(string id)
    {
        lock (_taken)
            _taken.Remove(id);
    }

    private static string Checked(string secret)
    {
        _ = WebhookSignature.Header([secret], "", 0, []);
        return secret;
    }

    private static EventDocument? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<EventDocument>(body, WireJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsNew(string id, DateTimeOffset now)
    {
        lock (_taken)
        {
            while (_order.TryPeek(out var oldest) && now - oldest.At > Memory)
            {
                if (_taken.TryGetValue(_order.Dequeue().Id, out var at) && at == oldest.At)
                    _taken.Remove(oldest.Id);
            }

            if (!_taken.TryAdd(id, now))
                return false;
            _order.Enqueue((id, now));
            return true;
        }
    }
}
