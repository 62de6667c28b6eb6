using CsCheck;

namespace AgentApprovals.Model;

/// <summary>A policy to begin with and another to change to, and what happens.</summary>
public sealed record Timeline(IReadOnlyList<PlainRule>[] Policies, Step[] Steps)
{
    /// <summary>How often a look at everything is taken; what each step answers is always compared.</summary>
    private const int Look = 4;

    public static Gen<Timeline> Any { get; } = Gen.Select(PlainRule.Policies.Array[2], Step.Any.Array[20, 100], (policies, steps) => new Timeline(policies, steps));

    /// <summary>The first difference between the product and the model; null where there is none.</summary>
    public string? Difference(IDoor door)
    {
        var risky = new Dictionary<int, bool>();
        var product = new Product(door, Policies, (step, isRisky) => risky[step] = isRisky);
        var model = new PlainModel(Policies, risky.GetValueOrDefault);
        for (var i = 0; i < Steps.Length; i++)
        {
            var (actual, expected) = (Steps[i].On(product), Steps[i].On(model));
            var difference = actual != expected
                ? $"{actual} instead of {expected}"
                : i % Look == 0 || i == Steps.Length - 1 ? Differing(product, model) : null;
            if (difference is not null)
                return $"At {model.Now}, step {i}, {Steps[i]}: {difference}\n{this with { Steps = Steps[..(i + 1)] }}";
        }

        return null;
    }

    /// <summary>The product alone, looked at after each step.</summary>
    public Product Run(IDoor door, Action<Step, string, Product> seen)
    {
        var product = new Product(door, Policies, (_, _) => { });
        foreach (var step in Steps)
            seen(step, step.On(product), product);
        return product;
    }

    public static string? Differing(ISubject product, ISubject model) => product.View().Zip(model.View())
        .Where(v => v.First != v.Second).Select(v => $"\n{v.First}\ninstead of\n{v.Second}").FirstOrDefault();

    public override string ToString() => string.Join('\n', Policies.SelectMany((p, n) => p.Select(r => $"policy {n}: {r}")).Concat(Steps.Select(s => s.ToString())));
}
