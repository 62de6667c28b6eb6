using AgentApprovals.Domain.Agents;
using Xunit;

namespace AgentApprovals.Domain.Tests.Agents;

public sealed class AgentWordsTests
{
    [Fact]
    public void An_agent_has_the_words_of_its_name_display_name_owner_and_labels_whole_and_in_parts()
    {
        var agent = new Stage().Agent with { Name = "mail-sorter", DisplayName = "Mail & post (Zürich)", Owner = "Dana.Lee@example.com", Labels = ["team:blue"], ActsFor = ["boss@example.com", "*@example.org"] };
        var words = AgentWords.Of(agent);
        Assert.Equal(
            ["blue", "com", "dana", "dana.lee@example.com", "example", "lee", "mail", "mail-sorter", "post", "sorter", "team", "team:blue", "zürich"],
            words.Where(w => !w.StartsWith('\u0001')).Order(StringComparer.Ordinal));
        Assert.Contains(AgentWords.OwnedBy("DANA.LEE@example.com "), words);
        Assert.Contains(AgentWords.OwnedBy("boss@example.com"), words);
        Assert.Equal(2, words.Count(w => w.StartsWith('\u0001')));
    }

    [Fact]
    public void Words_are_short_enough_for_an_index_and_few_enough_for_a_row()
    {
        var agent = new Stage().Agent with { DisplayName = new string('x', 200), Labels = [.. Enumerable.Range(0, 200).Select(i => $"l{i}{string.Concat(Enumerable.Repeat("😀", 40))}")] };
        var words = AgentWords.Of(agent);
        Assert.All(words, w => Assert.InRange(w.Length, 1, AgentWords.MostLetters));
        Assert.All(words, w => Assert.False(char.IsHighSurrogate(w[^1])));
        Assert.InRange(words.Count, 100, 210);
    }

    [Theory]
    [InlineData("  Forum HELP ", "forum help")]
    [InlineData("(mail)", "mail")]
    [InlineData("%_*", "")]
    [InlineData(null, "")]
    public void What_somebody_types_is_taken_word_by_word(string? typed, string beginnings) =>
        Assert.Equal(beginnings.Split(' ', StringSplitOptions.RemoveEmptyEntries), AgentWords.Beginnings(typed));

    [Fact]
    public void Every_word_that_begins_so_lies_before_the_bound()
    {
        foreach (var word in (string[])["mail", "mailbox", "mail\uFFFDx", "mail😀"])
            Assert.True(StringComparer.Ordinal.Compare(word, "mail") >= 0 && Bytes(word).AsSpan().SequenceCompareTo(Bytes(AgentWords.After("mail"))) < 0);
        Assert.True(Bytes("maim").AsSpan().SequenceCompareTo(Bytes(AgentWords.After("mail"))) > 0);

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }
}
