using AgentApprovals.Domain;
using AgentApprovals.Domain.Actions;
using AgentApprovals.Domain.Policies;
using CsCheck;

namespace AgentApprovals.Model;

/// <summary>A part of a requirement, and a requirement, as lists.</summary>
public sealed record PlainPart(string From, int Count);

/// <summary>A rule as the reference model keeps it. Seconds, as in the contract.</summary>
public sealed record PlainRule
{
    public string? Name { get; init; }
    public string Type { get; init; } = "*";

    /// <summary>Null: whoever directed it.</summary>
    public string? Directed { get; init; }
    public string Mode { get; init; } = "review";
    public IReadOnlyList<IReadOnlyList<PlainPart>> Requires { get; init; } = [[new("Reviewer", 1)]];
    public bool SecondPerson { get; init; } = true;
    public int Window { get; init; } = 60;
    public int Hold { get; init; } = 10;
    public int Expires { get; init; } = 1800;
    public int Permit { get; init; } = 300;
    public int Execute { get; init; } = 900;
    public int Memory { get; init; } = 86_400;
    public int? Budget { get; init; }
    public int BurstCount { get; init; } = 10;
    public int BurstSeconds { get; init; } = 60;

    /// <summary>Milliseconds from the timeline's start.</summary>
    public long? EndsAt { get; init; }

    public const int BudgetSeconds = 60;

    private static readonly string[] Requirements =
        ["1 Reviewer", "2 Reviewer", "1 Reviewer + 1 Manager", "1 group:security", "1 Manager | 2 Reviewer", "1 Reviewer + 1 group:security | 1 Manager"];

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Up to three rules, most of them for all types, some for what a person confirmed.</summary>
    public static Gen<IReadOnlyList<PlainRule>> Policies { get; } = Gen.Select(
        Gen.Select(Among("*", "*", "forum.read", "forum.post", "unheard.of"), Among(null, null, null, "confirmed", "confirmed", "none", "claimed"), Among("review", "review", "review", "review", "veto", "veto", "allow", "deny"), Among(Requirements)),
        Gen.Bool,
        Gen.Select(Among(0, 30, 60), Among(0, 10, 40), Among(60, 90, 200)),
        Gen.Select(Among(0, 30, 300), Among(0, 20, 900), Among(0, 60, 3600)),
        Gen.Select(Among<int?>(null, null, 1, 2), Among<long?>(null, null, 120_000), Among(10, 10, 1, 2, 3), Among(30, 60, 60, 120)),
        (what, second, clocks, after, ends) => new PlainRule
        {
            Type = what.Item1,
            Directed = what.Item2,
            Mode = what.Item3,
            Requires = Read(what.Item4),
            SecondPerson = second,
            Window = clocks.Item1,
            Hold = clocks.Item2,
            Expires = clocks.Item3,
            Permit = after.Item1,
            Execute = after.Item2,
            Memory = after.Item3,
            Budget = what.Item3 is "veto" or "allow" ? ends.Item1 : null,
            EndsAt = what.Item3 is "veto" or "allow" ? ends.Item2 : null,
            BurstCount = ends.Item3,
            BurstSeconds = ends.Item4,
        }).List[0, 3].Select(rules => (IReadOnlyList<PlainRule>)[.. rules.Select((r, i) => r with { Name = $"Rule {i}" })]);

    public static IReadOnlyList<IReadOnlyList<PlainPart>> Read(string requires) => [.. requires.Split(" | ").Select(alternative =>
        (IReadOnlyList<PlainPart>)[.. alternative.Split(" + ").Select(part => new PlainPart(part.Split(' ')[1], part[0] - '0'))])];

    /// <summary>The same in the product's words.</summary>
    public Rule ToProduct(Moment start) => new()
    {
        Name = Name!,
        Match = new([Type], ["*"], ["*"], [], 0, Directed is null ? null : Enum.Parse<Directed>(Directed, ignoreCase: true)),
        Mode = Enum.Parse<RuleMode>(Mode, ignoreCase: true),
        Requires = new([.. Requires.Select(parts => (IReadOnlyList<RequiredPart>)[.. parts.Select(p => new RequiredPart(p.From, p.Count))])]),
        SecondPerson = SecondPerson,
        ConfirmationWindowSeconds = Window,
        HoldAfterApprovalSeconds = Hold,
        ExpiresAfterSeconds = Expires,
        PermitSeconds = Permit,
        ExecuteSeconds = Execute,
        DeniedMemorySeconds = Memory,
        Burst = new(BurstCount, BurstSeconds),
        Budget = Budget is { } count ? new(count, BudgetSeconds) : null,
        ExpiresAt = EndsAt is { } end ? new(start.Milliseconds + end) : null,
    };

    public override string ToString() => $"{Name}: {Type} {Directed} {Mode} {string.Join(" | ", Requires.Select(a => string.Join(" + ", a.Select(p => $"{p.Count} {p.From}"))))} "
        + $"second={SecondPerson} window={Window} hold={Hold} expires={Expires} permit={Permit} execute={Execute} memory={Memory} budget={Budget} ends={EndsAt} burst={BurstCount} in {BurstSeconds}";
}
