using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AgentApprovals.Browser.Tests.Drivers;

/// <summary>The live connection of one page, in the test's hand: it can be cut, and mended.</summary>
public sealed partial class Line
{
    private readonly List<(IWebSocketRoute Page, IWebSocketRoute Server)> _open = [];

    public bool IsCut { get; private set; }

    /// <summary>How long a message takes, either way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How often the page has connected.</summary>
    public int Connected { get; private set; }

    /// <summary>Before the page is opened.</summary>
    public static async Task<Line> OfAsync(IPage page)
    {
        var line = new Line();
        await page.RouteWebSocketAsync(Live(), line.Connect);
        await page.RouteAsync(Live(), route => line.IsCut ? route.AbortAsync() : route.ContinueAsync());
        return line;
    }

    public async Task CutAsync()
    {
        IsCut = true;
        foreach (var (page, server) in _open)
        {
            await page.CloseAsync();
            await server.CloseAsync();
        }

        _open.Clear();
    }

    public void Mend() => IsCut = false;

    private void Connect(IWebSocketRoute page)
    {
        if (IsCut)
        {
            _ = page.CloseAsync();
            return;
        }

        Connected++;
        var server = page.ConnectToServer();
        _open.Add((page, server));
        if (Delay > TimeSpan.Zero)
        {
            page.OnMessage(Slowly(server));
            server.OnMessage(Slowly(page));
        }
    }

    /// <summary>Passes messages on in their order, each late.</summary>
    private Action<IWebSocketFrame> Slowly(IWebSocketRoute to)
    {
        var last = Task.CompletedTask;
        return frame =>
        {
            var (before, due) = (last, Task.Delay(Delay));
            last = PassAsync();

            async Task PassAsync()
            {
                await before;
                await due;
                if (frame.Binary is { Length: > 0 } bytes)
                    to.Send(bytes);
                else
                    to.Send(frame.Text!);
            }
        };
    }

    [GeneratedRegex("/_blazor")]
    private static partial Regex Live();
}
