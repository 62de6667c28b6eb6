using System.Net;
using AgentApprovals.Data.Queries;
using AgentApprovals.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentApprovals.Tests.Data;

/// <summary>What people look for is found on each engine alike.</summary>
public sealed class SearchTests
{
    [Fact]
    public async Task Sessions_are_found_by_any_part_whatever_its_case_and_no_letter_is_a_wildcard()
    {
        await using var console = new TestConsole(timer: false, hangfire: false);
        var scene = await Scene.SetAsync(console);
        foreach (var (person, purpose) in new[] { ("Lee@example.com", "Answer 100% of [urgent] posts"), ("dana@example.com", @"Tidy C:\temp_files") })
            (await console.As(scene.Key).Post("sessions", new { onBehalfOf = person, purpose })).Is(HttpStatusCode.Created);
        var reader = console.Services.GetRequiredService<Reader>();
        foreach (var (text, found) in new[]
        {
            ("LEE@", 1), ("lee@", 1), ("ANSWER", 1), ("tidy c:", 1), ("FORUM-help", 2), ("example", 2), ("nobody", 0),
            ("100%", 1), ("%posts", 0), ("temp_f", 1), ("temp_i", 0), ("_", 1), ("[urgent]", 1), ("[a-z]", 0), (@"C:\t", 1), (@"\", 1),
        })
        {
            var page = await reader.SessionsAsync(new SessionFilter(Text: text, IsVisible: _ => true), null, 10);
            Assert.True(page.Items.Count == found, $"'{text}' is found {page.Items.Count} times.");
        }
    }
}
