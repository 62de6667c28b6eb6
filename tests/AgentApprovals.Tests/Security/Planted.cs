namespace AgentApprovals.Tests.Security;

/// <summary>Secrets as they are commonly written, each another; none was ever anybody's.</summary>
internal static class Planted
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>As many of each kind; <paramref name="seed"/> tells one set from another. The mark is the part that may be found nowhere.</summary>
    public static IReadOnlyList<(string Text, string Mark)> Secrets(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Make(i % 10))];

        string Any(int length, int of = 62) => new([.. Enumerable.Range(0, length).Select(_ => Letters[random.Next(of)])]);

        (string, string) Make(int kind)
        {
            var mark = Any(kind == 0 ? 16 : 40, kind == 0 ? 36 : 62);
            return (kind switch
            {
                0 => "AKIA" + mark,
                1 => "ghp_" + mark,
                2 => "github_pat_" + mark,
                3 => "xoxb-" + mark,
                4 => "sk_live_" + mark,
                5 => $"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{mark}",
                6 => "aas_" + mark,
                7 => "password=" + mark,
                8 => $"api_key: \"{mark}\"",
                _ => $"-----BEGIN PRIVATE KEY-----\n{mark}\n-----END PRIVATE KEY-----",
            }, mark);
        }
    }
}
