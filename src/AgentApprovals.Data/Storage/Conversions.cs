using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AgentApprovals.Domain;
using AgentApprovals.Domain.Agents;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.People;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgentApprovals.Data.Storage;

// What every engine can carry: times are bigint Unix milliseconds, public ids 16 big-endian bytes, compound values JSON text.
internal sealed class MomentConversion() : ValueConverter<Moment, long>(m => m.Milliseconds, v => new Moment(v));

internal sealed class TimeConversion() : ValueConverter<DateTimeOffset, long>(t => t.ToUnixTimeMilliseconds(), v => DateTimeOffset.FromUnixTimeMilliseconds(v));

internal sealed class HashConversion() : ValueConverter<SecretHash, string>(h => h.Hex, v => new SecretHash(v));

internal sealed class GuidConversion() : ValueConverter<Guid, byte[]>(g => g.ToByteArray(true), v => new Guid(v, true));

internal sealed class ActionIdConversion() : ValueConverter<ActionId, byte[]>(i => i.Value.ToByteArray(true), v => new ActionId(new Guid(v, true)));

internal sealed class SessionIdConversion() : ValueConverter<SessionId, byte[]>(i => i.Value.ToByteArray(true), v => new SessionId(new Guid(v, true)));

internal sealed class AgentIdConversion() : ValueConverter<AgentId, byte[]>(i => i.Value.ToByteArray(true), v => new AgentId(new Guid(v, true)));

internal sealed class PersonIdConversion() : ValueConverter<PersonId, byte[]>(i => i.Value.ToByteArray(true), v => new PersonId(new Guid(v, true)));

internal sealed class CredentialIdConversion() : ValueConverter<CredentialId, byte[]>(i => i.Value.ToByteArray(true), v => new CredentialId(new Guid(v, true)));

internal sealed class StopIdConversion() : ValueConverter<StopId, byte[]>(i => i.Value.ToByteArray(true), v => new StopId(new Guid(v, true)));

internal sealed class BurstIdConversion() : ValueConverter<BurstId, byte[]>(i => i.Value.ToByteArray(true), v => new BurstId(new Guid(v, true)));

internal sealed class WebhookIdConversion() : ValueConverter<WebhookId, byte[]>(i => i.Value.ToByteArray(true), v => new WebhookId(new Guid(v, true)));

internal sealed class ObservationIdConversion() : ValueConverter<ObservationId, byte[]>(i => i.Value.ToByteArray(true), v => new ObservationId(new Guid(v, true)));

internal sealed class ConnectorIdConversion() : ValueConverter<ConnectorId, byte[]>(i => i.Value.ToByteArray(true), v => new ConnectorId(new Guid(v, true)));

internal sealed class JsonConversion<T>() : ValueConverter<T, string>(
    v => JsonSerializer.Serialize(v, RowFacts.Json),
    v => JsonSerializer.Deserialize<T>(v, RowFacts.Json)!);

/// <summary>An agent's counters of a day as JSON text. Every look at risk reads many of them, so they are read without more ado.</summary>
internal sealed class CountsConversion() : ValueConverter<ImmutableSortedDictionary<string, int>, string>(
    v => JsonSerializer.Serialize(v, RowFacts.Json),
    v => Read(v))
{
    private static ImmutableSortedDictionary<string, int> Read(string json)
    {
        var counts = new List<KeyValuePair<string, int>>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var name = reader.GetString()!;
            reader.Read();
            counts.Add(new(name, reader.GetInt32()));
        }

        return AgentDay.NoCounts.AddRange(counts);
    }
}
