using System.Net;
using AgentApprovals.Console.Agents;
using AgentApprovals.Tests.Drivers;
using AgentApprovals.Tests.Setup;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace AgentApprovals.Tests.Console.Agents;

/// <summary>One console for the tests of a class, and the pages about agents as whoever looks sees them.</summary>
public sealed class AgentConsole : IAsyncDisposable
{
    public static readonly string[] Administrator = ["Administrator"];
    public static readonly string[] Manager = ["Manager"];
    public static readonly string[] Reviewer = ["Reviewer"];

    private readonly SetupConsole _setup = new();
    private readonly List<PageContext> _open = [];

    public Scene Scene => _setup.Scene;

    public Person Admin => _setup.Admin;

    public string NewName() => _setup.NewName();

    /// <summary>An agent that acts for anyone and may ask for anything, and its key.</summary>
    public async Task<(string Id, string Name, string Key)> AgentAsync(object? settings = null)
    {
        var name = NewName();
        var (id, key) = await Scene.AgentAsync(name, settings);
        return (id, name, key);
    }

    /// <summary>An agent as it is registered: nothing permitted, no key.</summary>
    public async Task<(string Id, string Name)> FreshAsync(object? settings = null)
    {
        var (_, made) = await _setup.AgentAsync(settings);
        var body = made.Is(HttpStatusCode.Created);
        return (body.Text("id"), body.Text("name"));
    }

    public async Task<IRenderedComponent<AgentPage>> OpenAsync(string id, string tab = "", string[]? roles = null, string? email = null)
    {
        var context = await SignedInAsync($"/agents/{id}?tab={tab}", roles ?? Administrator, email);
        var page = context.Render<AgentPage>(p => p.Add(a => a.Id, Guid.Parse(id)));
        page.WaitForState(() => page.FindAll(".tabs, .empty").Count > 0);
        return page;
    }

    public async Task<IRenderedComponent<AgentList>> ListAsync(string address = "/agents", string[]? roles = null, string? email = null)
    {
        var context = await SignedInAsync(address, roles ?? Administrator, email);
        var page = context.Render<AgentList>();
        page.WaitForState(() => page.FindAll(".listing, .empty").Count > 0);
        return page;
    }

    public T Of<T>() where T : notnull => _open[^1].Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _open)
            await context.DisposeAsync();
        await _setup.DisposeAsync();
    }

    private async Task<PageContext> SignedInAsync(string address, string[] roles, string? email)
    {
        var (_, _, id) = await Scene.PersonAsync(roles, email: email);
        var context = new PageContext(Scene.Console, id);
        _open.Add(context);
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return context;
    }
}

/// <summary>What a person does on a page, by what they read there.</summary>
internal static class Hands
{
    public static Task FillAsync<T>(this IRenderedComponent<T> page, string label, string text, int at = 0) where T : IComponent => page.InvokeAsync(() =>
    {
        var field = page.FindAll("label").Where(l => l.TextContent == label).ElementAt(at).GetAttribute("for");
        return page.Find($"[id='{field}']").InputAsync(new() { Value = text });
    });

    public static Task PressAsync<T>(this IRenderedComponent<T> page, string text) where T : IComponent =>
        page.InvokeAsync(() => page.ButtonOf(text).ClickAsync(new()));

    public static Task ClickAsync<T>(this IRenderedComponent<T> page, string selector) where T : IComponent =>
        page.InvokeAsync(() => page.Find(selector).ClickAsync(new()));

    public static Task SubmitAsync<T>(this IRenderedComponent<T> page, string form) where T : IComponent =>
        page.InvokeAsync(() => page.Find($"form[aria-label='{form}']").SubmitAsync());

    public static AngleSharp.Dom.IElement ButtonOf<T>(this IRenderedComponent<T> page, string text) where T : IComponent =>
        page.FindAll("button, a.mud-button-root").First(b => b.TextContent.Trim() == text);

    public static void Says<T>(this IRenderedComponent<T> page, string text, string selector = "*") where T : IComponent =>
        page.WaitForAssertion(() => Xunit.Assert.Contains(page.FindAll(selector), e => e.TextContent.Contains(text, StringComparison.Ordinal)));
}
