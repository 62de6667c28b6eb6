using System.Buffers.Binary;
using System.Security.Cryptography;
using AgentApprovals.Domain.Ledger;

namespace AgentApprovals.Domain.Webhooks;

/// <summary>What became of telling one endpoint of one event.</summary>
public enum DeliveryState
{
    Pending = 0,
    Delivered = 1,

    /// <summary>Given up: after its last try, or because the endpoint was switched off.</summary>
    Failed = 2,
}

/// <summary>One request that was made. <paramref name="Status"/> is null where there was no answer, and then <paramref name="Error"/> says why.</summary>
public sealed record DeliveryAttempt(Moment At, int? Status, long Ms, string? Error)
{
    public bool IsDelivered => Status is >= 200 and < 300;

    /// <summary>410: the endpoint wants to hear nothing any more.</summary>
    public bool IsGone => Status == 410;
}

/// <summary>
/// One event for one endpoint, outside the ledger: made from the ledger alone, by a key that is the same on every node, and
/// then moved by what the endpoint answers.
/// </summary>
public sealed record DeliveryRow
{
    /// <summary>Requests that are remembered of one delivery, the latest.</summary>
    public const int MostRemembered = 20;

    public required long WebhookSequence { get; init; }
    public required long EntrySequence { get; init; }

    /// <summary>The header <c>webhook-id</c>, the same however often it is sent.</summary>
    public required Guid Id { get; init; }
    public required string Event { get; init; }

    /// <summary>When the event happened, by the ledger.</summary>
    public required Moment At { get; init; }
    public DeliveryState State { get; init; }
    public int Tries { get; init; }

    /// <summary>It was refused while others were taken: it keeps to its own turns, and the rest goes on without it.</summary>
    public bool SteppedOver { get; init; }

    /// <summary>When it is tried next; null unless it is pending.</summary>
    public Moment? DueAt { get; init; }
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>The order to cut off, of a stop: it goes by itself, ahead of whatever events wait for the endpoint.</summary>
    public bool IsCutOff => Event == Kinds.StopOrdered;

    /// <summary>It was refused itself, and is tried again within seconds: what is behind it waits for that.</summary>
    public bool IsAwaitedAt(Moment now) => Attempts.Count > 0 && DueAt > now && DueAt <= now.PlusSeconds(RetrySchedule.SoonSeconds);

    /// <summary>
    /// The request was made: delivered, or its turn is used up where it had one. Turns that passed while it stood behind another
    /// are not counted once it is sent itself.
    /// </summary>
    public DeliveryRow After(DeliveryAttempt attempt, Moment now)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var remembered = this with { Attempts = [.. Attempts.TakeLast(MostRemembered - 1), attempt] };
        return attempt.IsDelivered ? remembered with { State = DeliveryState.Delivered, DueAt = null }
            : attempt.IsGone ? remembered with { State = DeliveryState.Failed, DueAt = null }
            : State != DeliveryState.Pending ? remembered
            : Attempts.Count == 0 ? (remembered with { Tries = 0 }).TurnUsed(now)
            : DueAt <= now ? remembered.TurnUsed(now)
            : remembered;
    }

    /// <summary>Its turn came while the endpoint did not answer.</summary>
    public DeliveryRow TurnUsed(Moment now) => RetrySchedule.Next(Tries + 1, now) is { } next
        ? this with { Tries = Tries + 1, DueAt = next }
        : this with { Tries = Tries + 1, DueAt = null, State = DeliveryState.Failed };

    /// <summary>As the ledger mints ids (<see cref="World.NewId"/>), with a hash for chance: the same on whichever node it is made.</summary>
    /// <param name="what">What no other entry has: its hash.</param>
    public static Guid IdOf(WebhookId webhook, long entry, Moment at, ReadOnlySpan<byte> what)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> of = stackalloc byte[16 + what.Length];
        webhook.Value.TryWriteBytes(of, bigEndian: true, out _);
        what.CopyTo(of[16..]);
        var counter = (ulong)entry & 0x3FF_FFFF_FFFF;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)at.Milliseconds << 16) | 0x7000 | (counter >> 30));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], 0x8000_0000 | (uint)(counter & 0x3FFF_FFFF));
        SHA256.HashData(of).AsSpan(0, 4).CopyTo(bytes[12..]);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>To be delivered again from the first try on, whatever became of it.</summary>
    public DeliveryRow Again(Moment now) => this with { State = DeliveryState.Pending, Tries = 0, DueAt = now, SteppedOver = false };
}
