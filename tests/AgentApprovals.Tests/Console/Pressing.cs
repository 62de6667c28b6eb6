using Bunit;
using Microsoft.AspNetCore.Components;

namespace AgentApprovals.Tests.Console;

/// <summary>Presses what a page shows at that moment: found and pressed on the page's own thread, so that no news comes between.</summary>
public static class Pressing
{
    /// <summary>The first button whose text begins like this.</summary>
    public static Task PressAsync<T>(this IRenderedComponent<T> page, string text) where T : IComponent => page.InvokeAsync(() =>
        page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal)).ClickAsync(new()));

    /// <summary>The element of this selector.</summary>
    public static Task PressAtAsync<T>(this IRenderedComponent<T> page, string selector) where T : IComponent =>
        page.InvokeAsync(() => page.Find(selector).ClickAsync(new()));

    public static Task TypeAsync<T>(this IRenderedComponent<T> page, string selector, string text) where T : IComponent =>
        page.InvokeAsync(() => page.Find(selector).InputAsync(new() { Value = text }));

    public static Task SubmitAsync<T>(this IRenderedComponent<T> page, string selector) where T : IComponent =>
        page.InvokeAsync(() => page.Find(selector).SubmitAsync());
}
