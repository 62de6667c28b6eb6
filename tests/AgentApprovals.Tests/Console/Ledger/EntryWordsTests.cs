using System.Reflection;
using AgentApprovals.Console.Ledger;
using AgentApprovals.Domain.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Console.Ledger;

/// <summary>Entries in words.</summary>
public sealed class EntryWordsTests
{
    public static TheoryData<string> AllKinds { get; } =
        [.. typeof(Kinds).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Every_kind_of_entry_has_a_sentence(string kind)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().AddSingleton<EntryWords>().BuildServiceProvider();
        Assert.True(services.GetRequiredService<EntryWords>().Knows(kind), $"Console/Ledger/EntryWords.resx has no sentence for {kind}.");
    }
}
